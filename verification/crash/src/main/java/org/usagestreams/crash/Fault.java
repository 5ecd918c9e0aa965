package org.usagestreams.crash;

import java.io.IOException;

/** Something that goes wrong for a moment: it is mended when this returns. */
interface Fault {
    void run() throws IOException;
}

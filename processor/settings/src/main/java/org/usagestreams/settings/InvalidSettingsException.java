package org.usagestreams.settings;

import java.util.List;

/** Settings that cannot be used; the message lists all that is wrong. */
public class InvalidSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidSettingsException(List<String> problems) {
        super("Cannot use the settings:\n  " + String.join("\n  ", problems));
    }
}

/** Times as reports and manifests write them. */
package org.usagestreams.wire.time;

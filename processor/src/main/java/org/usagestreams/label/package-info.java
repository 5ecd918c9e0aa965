/** Label texts: reading them, and writing labels as JSON. The only place where the summary's labels meet Jackson. */
package org.usagestreams.label;

/** The sinks of an installation: their definitions filled in, their tables and roles. */
package org.usagestreams.operations.sink;

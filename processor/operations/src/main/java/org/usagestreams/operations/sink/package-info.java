/** The sinks of an installation: configurations, tables and roles. */
package org.usagestreams.operations.sink;

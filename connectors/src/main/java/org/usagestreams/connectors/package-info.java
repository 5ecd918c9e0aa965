/** The sink as data: connector configuration, schemas of its records, and the table that it writes. */
package org.usagestreams.connectors;

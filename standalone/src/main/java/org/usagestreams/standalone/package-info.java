/** Everything in one JVM, all real: broker, PostgreSQL, S3 endpoint, Connect with the sink, splitter and topology. */
package org.usagestreams.standalone;

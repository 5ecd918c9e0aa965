/** The catalogs of topics and rights, and the code that compares and applies them. */
package org.usagestreams.topics;

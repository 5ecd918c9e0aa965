/** Reference data: clusters, enabled label keys and cost categories, as records and from where they are kept. */
package org.usagestreams.operations.reference;

/** Loads reference data from files and prints the changes. */
package org.usagestreams.operations.reference;

/** Checks the table against the bucket by DuckDB: written from the rules, with nothing that the processor derives rows by. */
package org.usagestreams.validation;

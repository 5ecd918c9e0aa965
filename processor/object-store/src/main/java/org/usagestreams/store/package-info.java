/**
 * The object store over the S3 API: current versions, ranges of a version's bytes, listings.
 *
 * <p>Promises that bytes of two versions are never mixed, and that each failure has a kind that says what may be concluded from
 * it. Thread-safe. Never writes, never retries beyond what the client does, and never decides what becomes of an object.
 */
package org.usagestreams.store;

/** The process of a validator: it compares days with the bucket, one after the other, and says in PostgreSQL what it found. */
package org.usagestreams.service.validator;

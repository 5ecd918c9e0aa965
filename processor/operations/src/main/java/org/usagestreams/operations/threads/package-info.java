/** The stream threads of running processors. */
package org.usagestreams.operations.threads;

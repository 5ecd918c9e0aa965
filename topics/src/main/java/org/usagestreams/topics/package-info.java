/** Every topic once, as data, and what compares and applies it. */
package org.usagestreams.topics;

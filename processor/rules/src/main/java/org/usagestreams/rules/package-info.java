/**
 * The rules of the daily summary: from the live chunks of one source and usage date to its rows. Plain Java over plain
 * data; the same live slices give the same rows, to the bit. Section numbers in comments are those of
 * {@code docs/daily-summary.md}.
 */
package org.usagestreams.rules;

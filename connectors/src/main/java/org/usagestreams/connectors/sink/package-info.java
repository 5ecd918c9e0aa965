/**
 * The connector that loads the summary topic into PostgreSQL, a day in one transaction.
 *
 * <p>The task stages rows in a temporary table until a day's marker is there, and then makes all rows of the day, its row in
 * {@code summary_status} and the position in the topic visible at once. What it promises:
 *
 * <ul>
 *   <li>A reader sees each day at exactly one published revision, and {@code summary_status} names that revision.
 *   <li>Positions stand in PostgreSQL, so nothing is lost or loaded twice, whatever is killed. A task that another has replaced
 *       cannot commit any more.
 *   <li>A day that PostgreSQL refuses is set aside, and stops no other day.
 *   <li>Memory does not grow with the size of a day.
 * </ul>
 *
 * <p>A task is used by one thread, that of the Connect worker. Nothing here retries in the background.
 */
package org.usagestreams.connectors.sink;

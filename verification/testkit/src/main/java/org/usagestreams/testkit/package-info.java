/**
 * What tests of several modules share: golden cases, random reports, comparison of rows, time under control.
 *
 * <p>Depends on no service, so that the tests of each can use it.
 */
package org.usagestreams.testkit;

/** Uploads of report files: their object keys, and the upload itself. */
package org.usagestreams.operations.upload;

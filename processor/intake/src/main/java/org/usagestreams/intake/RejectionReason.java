package org.usagestreams.intake;

/** Why a payload is refused. What is refused once is refused again: it is the payload's fault. */
public enum RejectionReason {
    /** The archive is not gzip, or its compressed data are broken. */
    NOT_GZIP,
    /** The archive ends before its contents do. */
    TRUNCATED,
    /** What is compressed is no tar archive, or a broken one. */
    NOT_TAR,
    /** The archive has more members than the limit. */
    TOO_MANY_MEMBERS,
    /** The contents are larger than the limit. */
    TOO_LARGE,
    /** The contents are larger than the archive's size explains. */
    UNFOLDS,
    /** A member's name leads out of the folder, or is no name of a file. */
    UNSAFE_NAME,
    /** A member is a link, a device, a pipe or a sparse file. */
    UNSAFE_MEMBER,
    /** Two members have the same name. */
    DUPLICATE_MEMBER,
    /** There is no {@code manifest.json} in the archive's root. */
    NO_MANIFEST,
    /** The manifest is larger than the limit, or names more files. */
    MANIFEST_TOO_LARGE,
    /** The manifest is no JSON object, or lacks a field, or a field is wrong. */
    BAD_MANIFEST,
    /** None of the files that the manifest names is in the archive. */
    FILES_MISSING,
    /** There are CSV files in the archive, and the manifest names none. */
    UNLISTED_FILES,
    /** A CSV file's columns are those of no report. */
    UNKNOWN_REPORT,
    /** The first line of a CSV file names a column twice. */
    BAD_HEADER,
    /** A CSV file lacks a column that its report must have. */
    MISSING_COLUMN,
    /** A CSV file has more columns than the limit. */
    TOO_MANY_COLUMNS,
    /** A row has more or fewer fields than there are columns. */
    COLUMN_COUNT,
    /** A line is longer than the limit. */
    LINE_TOO_LONG,
    /** A quote is not closed, or something follows a closed one. */
    BAD_QUOTES,
    /** A text is not UTF-8. */
    NOT_UTF8,
    /** A text has a NUL character. */
    NUL_CHARACTER,
    /** A name of a Kubernetes object begins like a formula of a spreadsheet. */
    FORMULA,
    /** An amount is no number. */
    NOT_A_NUMBER,
    /** The rows have more usage dates than the limit. */
    TOO_MANY_DATES,
    /** All rows are of days beyond retention. */
    BEYOND_RETENTION,
    /** The Parquet files are larger than the limit. */
    TOO_MUCH_OUTPUT,
    /** Unpacking takes longer than the limit. */
    TOO_SLOW
}

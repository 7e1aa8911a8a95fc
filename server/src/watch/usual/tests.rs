//! Tests of the whole calculation; the parts have theirs beside them.

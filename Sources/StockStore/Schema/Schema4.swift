/// Notices that wait for their window to end.
enum Schema4 {
    static let statements = notice

    /// `about` is the channel that it can't be told by; `due_at` is when the window ends that holds it back.
    private static let notice = """
        ALTER TABLE notice ADD COLUMN about TEXT;
        ALTER TABLE notice ADD COLUMN due_at BIGINT;
        """
}

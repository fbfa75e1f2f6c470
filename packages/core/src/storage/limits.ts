/** The most messages with a pending receipt that opening a conversation returns. */
export const MAX_OPENED_RECEIPTS = 1_000;

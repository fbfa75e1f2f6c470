/** The maximum number of messages with an owed receipt that `MessageStorage.open` returns. */
export const MAX_OPENED_RECEIPTS = 1_000;

import type { IncomingOperation } from '../../ports/operations.ts';
import type { HistoryPage, HistoryReceipt, HistoryRequest, IncomingMessage } from '../../ports/transport.ts';

/** The archive of the loopback server: messages in order, with their receipts. */
export interface Archive {
  /** @returns the position of the message in the conversation of its sender with `to`. */
  addMessage(to: string, message: IncomingMessage): string;
  /** @param to the other side of the conversation. */
  addOperation(to: string, operation: IncomingOperation): void;
  /** @param to the sender of the message that it is about. */
  addReceipt(to: string, receipt: HistoryReceipt): void;
  read(owner: string, remote: string, request: HistoryRequest): HistoryPage;
}

interface Conversation {
  readonly messages: IncomingMessage[];
  readonly operations: IncomingOperation[];
  readonly receipts: { readonly to: string; readonly receipt: HistoryReceipt }[];
}

export function createArchive(): Archive {
  const conversations = new Map<string, Conversation>();

  function conversation(one: string, other: string): Conversation {
    const key = JSON.stringify([one, other].toSorted());
    const known = conversations.get(key) ?? { messages: [], operations: [], receipts: [] };
    conversations.set(key, known);
    return known;
  }

  return {
    addMessage(to, message) {
      const { messages } = conversation(message.sender, to);
      const position = String(messages.length + 1);
      messages.push({ ...message, position, fromHistory: true });
      return position;
    },
    addOperation(to, operation) {
      conversation(operation.sender, to).operations.push({ ...operation, fromHistory: true });
    },
    addReceipt(to, receipt) {
      conversation(receipt.sender, to).receipts.push({ to, receipt });
    },
    read(owner, remote, { before, limit }) {
      const { messages, operations, receipts } = conversation(owner, remote);
      const end = before === undefined ? messages.length : Math.max(0, Number(before) - 1);
      const start = Math.max(0, end - limit);
      const page = messages.slice(start, end);
      const ids = new Set(page.map(({ messageId }) => messageId));
      const changes = operations.filter(({ target }) => ids.has(target));
      for (const { id } of changes) ids.add(id);
      const isAbout = ({ messageId, messageIds = [] }: HistoryReceipt): boolean =>
        ids.has(messageId) || messageIds.some((covered) => ids.has(covered));
      return {
        messages: page,
        receipts: receipts.filter(({ to, receipt }) => to === owner && isAbout(receipt)).map(({ receipt }) => receipt),
        operations: changes,
        end: start === 0,
      };
    },
  };
}

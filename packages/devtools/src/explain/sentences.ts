/** The sentences of `explainStatus`: one for each reason. */

/** Why an own message waits. */
type WaitReason =
  | 'ended'
  | 'follower'
  | 'history'
  | 'offline'
  | 'connecting'
  | 'participant'
  | 'storage'
  | 'retry'
  | 'turn'
  | 'held-turn'
  | 'next';

/** Why an owed receipt waits. */
type ReceiptWaitReason =
  | 'receipt-ended'
  | 'receipt-follower'
  | 'receipt-offline'
  | 'receipt-outdated'
  | 'receipt-participant'
  | 'receipt-storage'
  | 'receipt-retry'
  | 'receipt-in-flight'
  | 'receipt-next';

/** Why an own message has its status, if it does not wait. */
type OutgoingReason =
  | 'retracted'
  | 'upload'
  | 'upload-failed'
  | 'held'
  | 'in-flight'
  | 'sending'
  | 'receipts-not-carried'
  | 'receipt-not-requested'
  | 'receipt-foreign'
  | 'receipt-for-earlier-text'
  | 'receipt-unknown-id'
  | 'sent-offline'
  | 'sent-participant-away'
  | 'receipt-pending'
  | 'displayed-not-carried'
  | 'displayed-earlier-text'
  | 'displayed-pending'
  | 'displayed'
  | 'displayed-implied'
  | 'timed-out'
  | 'gave-up'
  | 'too-large'
  | 'type-refused'
  | 'recipient-unknown'
  | 'forbidden'
  | 'refused'
  | 'declined'
  | 'undeliverable';

/** Why the sender of a received message receives what they do, if no receipt is owed. */
type IncomingReason =
  | 'archived'
  | 'outcome-awaited'
  | 'outcome-success'
  | 'outcome-failure'
  | 'no-receipts-carried'
  | 'receipts-off'
  | 'untrusted'
  | 'no-receipt-requested'
  | 'receipt-owed'
  | 'unseen'
  | 'attention'
  | 'displayed-soon'
  | 'displayed-off'
  | 'no-displayed-carried'
  | 'no-displayed-requested'
  | 'displayed-sent';

/** Why a message has its status. */
export type StatusReason = WaitReason | ReceiptWaitReason | OutgoingReason | IncomingReason;

/** The values that sentences name. */
export interface StatusDetails {
  /** How often the message was passed to the transport. */
  readonly attempt: number;
  /** An earlier attempt had no response. */
  readonly unanswered: boolean;
  /** The messages before it. */
  readonly ahead: number;
  /** The time until the deadline, in words. */
  readonly time: string;
  /** A SIP response code. */
  readonly code: number;
  /** The recipients that it did not reach. */
  readonly recipients: string;
  /** The sender of a receipt that was ignored. */
  readonly sender: string;
  /** The unknown id in a receipt. */
  readonly unknownId: string;
  /** The receipt that is owed. */
  readonly receipt: 'A delivery receipt' | 'A displayed receipt';
}

type Sentence = (details: StatusDetails) => string;

/** What an own message waits for, as the end of a sentence that begins with "It waits". */
const WAITS: Readonly<Record<WaitReason, Sentence>> = {
  ended: () => 'until the conversation is opened again, if a storage holds it, since this flow has ended',
  follower: () => 'for the leader: this tab is a follower, and shows what the leader reports',
  history: () => 'until the stored messages have been read',
  offline: () => 'until the connection is up; the device is offline',
  connecting: () => 'until the connection is up; the transport is connecting',
  participant: () => 'for the participant, who is away, since the server stores no messages for them',
  storage: () => 'for the storage: it is sent once it is stored',
  retry: ({ attempt, time }) => `for attempt ${attempt + 1}, in ${time}, since the last one failed for now`,
  turn: ({ ahead }) => `for its turn: ${ahead === 1 ? '1 message is' : `${ahead} messages are`} before it`,
  'held-turn': () => 'for its turn: a message before it is held (sendDelay)',
  next: () => 'to be passed to the transport',
};

/** What an owed receipt waits for, as the end of a sentence. */
const RECEIPT_WAITS: Readonly<Record<ReceiptWaitReason, Sentence>> = {
  'receipt-ended': () => 'until the conversation is opened again, since this flow has ended',
  'receipt-follower': () => 'for the leader: this tab is a follower',
  'receipt-offline': () => 'until the connection is up',
  'receipt-outdated': () =>
    'until this page is loaded again, since a newer version of the application has taken over the storage',
  'receipt-participant': () => 'for the participant, who is away, since the server stores no receipts for them',
  'receipt-storage': () =>
    'for the storage: it is sent once the message is stored, so that it stays true after a crash',
  'receipt-retry': ({ time }) => `for the next attempt, in ${time}, since the last one failed for now`,
  'receipt-in-flight': () => 'for the network, which has not accepted it yet',
  'receipt-next': () => 'to be passed to the transport',
};

const OUTGOING: Readonly<Record<OutgoingReason, Sentence>> = {
  retracted: () => 'Its author deleted it: the text is erased, and nothing is owed for it.',
  upload: () => 'It waits for the upload of its file; texts behind it do not wait.',
  'upload-failed': ({ code }) =>
    `Its file could not be uploaded (${code}): nothing was sent, and a retry uploads it again.`,
  held: ({ time }) => `It is held for another ${time} (sendDelay), so that its author can still undo it.`,
  'in-flight': ({ attempt, time }) =>
    `Attempt ${attempt} was passed to the transport, and the network has not responded; without a response it fails in ${time}.`,
  sending: ({ attempt }) => `Attempt ${attempt} was passed to the transport, and the network has not responded.`,
  'receipts-not-carried': () =>
    'The network accepted it; this transport carries no receipts, so that nothing more will be known.',
  'receipt-not-requested': () =>
    'The network accepted it and reported that no receipt was requested, so that none will come.',
  'receipt-foreign': ({ sender }) =>
    `The network accepted it; a receipt for it came from ${sender}, who is not the recipient, and was ignored.`,
  'receipt-for-earlier-text': () =>
    'The network accepted it; a receipt came for an earlier text of it, and none for the newest.',
  'receipt-unknown-id': ({ unknownId }) =>
    `The network accepted it; a receipt came for the unknown id ${unknownId}, and none for its own id.`,
  'sent-offline': () => 'The network accepted it; a receipt can come only once the connection is up.',
  'sent-participant-away': () =>
    'The network accepted it; the participant is away, and a receipt can come only once they receive it.',
  'receipt-pending': () =>
    'The network accepted it; no receipt has come, since the participant has not received it or has receipts turned off.',
  'displayed-not-carried': () =>
    "It reached the participant's client; this transport carries no displayed receipts, so that nothing more will be known.",
  'displayed-earlier-text': () =>
    "It reached the participant's client; a displayed receipt came for an earlier text of it, and none for the newest.",
  'displayed-pending': () =>
    "It reached the participant's client; no displayed receipt has come, since the participant has not seen it or has them turned off.",
  displayed: () => 'A displayed receipt came: it was shown to the participant.',
  'displayed-implied': () =>
    'A displayed receipt came and no delivery receipt: what was shown to the participant was also delivered.',
  'timed-out': ({ attempt }) =>
    `No response came (408), after ${attempt === 1 ? '1 attempt' : `${attempt} attempts`}: it may have arrived, and a retry under its id sends it once.`,
  'gave-up': ({ attempt, code }) =>
    `The network refused attempt ${attempt} for now (${code}), and the engine gave up: a retry may succeed.`,
  'too-large': ({ code }) => `The network refused it as too large (${code}): only a shorter text can succeed.`,
  'type-refused': ({ code }) => `The network refused its content type (${code}).`,
  'recipient-unknown': ({ code }) => `The network does not know its recipient (${code}).`,
  forbidden: ({ code }) => `The network does not allow the local user to send it (${code}).`,
  refused: ({ code }) => `The network refused it finally (${code}): a retry will be refused too.`,
  declined: ({ code }) => `It arrived and was refused finally (${code}).`,
  undeliverable: ({ recipients, code }) => `The other side reported that it did not reach ${recipients} (${code}).`,
};

const INCOMING: Readonly<Record<IncomingReason, Sentence>> = {
  archived: () => 'It was read in the archive, and the transport has not delivered it: no receipt is due so far.',
  'outcome-awaited': ({ time }) =>
    `Proxied mode: the application has to report its outcome within ${time}, otherwise it fails with 408.`,
  'outcome-success': () => 'Proxied mode: the application reported that it reached its destination.',
  'outcome-failure': ({ code }) => `Proxied mode: it was reported to its sender as failed (${code}).`,
  'no-receipts-carried': () => 'Its sender receives no delivery receipt: this transport carries none.',
  'receipts-off': () => 'Its sender receives no delivery receipt: receipts are off (notify.delivered).',
  untrusted: () => 'Its sender receives no receipt: the sender is not trusted (trust).',
  'no-receipt-requested': () => 'Its sender receives no delivery receipt: the sender requested none.',
  'receipt-owed': ({ receipt }) => `${receipt} is owed to its sender.`,
  unseen: () => 'Its sender knows that it was delivered; the local user has not seen it.',
  attention: () =>
    'It is on the screen, and the local user has no attention (page hidden or without the focus): the displayed receipt waits for that.',
  'displayed-soon': ({ time }) =>
    `The local user has seen it: a displayed receipt for all that was seen is sent in ${time}.`,
  'displayed-off': () => 'The local user has seen it; displayed receipts are off (notify.displayed).',
  'no-displayed-carried': () => 'The local user has seen it; this transport carries no displayed receipts.',
  'no-displayed-requested': () => 'The local user has seen it; its sender requested no displayed receipt.',
  'displayed-sent': () => 'The local user has seen it, and its sender knows.',
};

/** The sentence of each reason. */
export const SENTENCES: Readonly<Record<StatusReason, Sentence>> = {
  ...OUTGOING,
  ...INCOMING,
  ...mapSentences<WaitReason>(WAITS, waitsUntil),
  ...mapSentences<ReceiptWaitReason>(
    RECEIPT_WAITS,
    ({ receipt }, end) => `${receipt} is owed to its sender; it waits ${end}.`,
  ),
};

function waitsUntil({ unanswered, attempt }: StatusDetails, end: string): string {
  if (!unanswered) return `It waits ${end}.`;
  return `Attempt ${attempt} had no response, so that it may have arrived; to be sent again under its id, it waits ${end}.`;
}

/** Completes the ends to whole sentences. */
function mapSentences<Reason extends string>(
  ends: Readonly<Record<Reason, Sentence>>,
  whole: (details: StatusDetails, end: string) => string,
): Readonly<Record<Reason, Sentence>> {
  const sentences = Object.entries<Sentence>(ends).map(([reason, end]): [string, Sentence] => [
    reason,
    (details) => whole(details, end(details)),
  ]);
  return Object.fromEntries(sentences) as Record<Reason, Sentence>;
}

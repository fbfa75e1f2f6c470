/** The public object of a flow: checks the arguments of each call and dispatches it to the runtime. */

import { FlowError } from '../errors/FlowError.ts';
import { awaitedOutcome } from '../proxied/machine.ts';
import { FILE_CONTENT_TYPE, fileTexts, isFile, readableText, withCaption } from '../messages/fileContent.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import type { AttachedFiles } from '../ports/files.ts';
import { isPending } from '../messages/messageStatus.ts';
import { revisionId } from '../messages/revisions.ts';
import { misuseOf, type OperationRequest } from '../operations/outgoing.ts';
import type { OperationCapabilities } from '../ports/operations.ts';
import type { ReplyTarget, Transport } from '../ports/transport.ts';
import { isFailureCode, isNonEmptyString, tryRead } from '../validation/guards.ts';
import { MAX_EMOJIS, MAX_EXCERPT_LENGTH } from '../validation/operations.ts';
import { systemClock, systemRandom } from '../ports/systemPorts.ts';
import type { InstantMessagingFlowOptions, InstantMessagingFlowTemplate } from './flowOptions.ts';
import type {
  InstantMessagingFlow,
  SendFileOptions,
  SendInstantMessageResult,
  SentMessage,
  SettleOptions,
} from './publicTypes.ts';
import { isBlankText } from '../messages/isBlankText.ts';
import { truncateText } from '../messages/truncateText.ts';
import { searchStored } from '../persistence/searchStored.ts';
import { conversationKey, createRuntime } from './runtime.ts';
import { warnings } from './developmentWarnings.ts';
import { mayDiscard } from '../outbox/commands.ts';
import { decodeText, isTextual } from './textBytes.ts';
import { checkBody, checkContentType, checkEmojis, checkFile } from './checkArguments.ts';
import { checkComposingTimeout, checkPageSize, type FlowSettings, mustBe, resolveSettings } from './settings.ts';

/**
 * Creates a flow: an instant-messaging connection with one remote participant (UCMA `InstantMessagingFlow`). Nothing
 * happens before `start`.
 * @throws FlowError for a bad option, naming option, value and range.
 */
export function createInstantMessagingFlow(options: InstantMessagingFlowOptions): InstantMessagingFlow {
  const { transport, storage, tabs, files, defaults = {} } = options;
  if (typeof transport?.openChannel !== 'function') {
    throw new FlowError(
      'invalid-argument',
      'transport is missing: pass a Transport, such as createLoopbackNetwork().connect().',
    );
  }
  if (typeof options.remote !== 'string' || options.remote === '') {
    throw mustBe('the address of the participant', 'remote', options.remote);
  }
  const remote = normalizeAddress(transport, options.remote);
  warnings?.check(options, remote);
  const random = options.random ?? systemRandom;
  const ownFormats = files === undefined ? [] : [FILE_CONTENT_TYPE];
  const runtime = createRuntime({
    transport,
    remote,
    storage,
    tabs,
    files,
    clock: options.clock ?? systemClock,
    random,
    settings: resolveSettings(options.template ?? {}, defaults, transport.capabilities, ownFormats),
  });

  const phase = (): 'idle' | 'active' | 'terminated' => runtime.state.lifecycle.phase;
  const proxied = (settings = runtime.settings): boolean =>
    settings.messageConsumptionMode === 'proxied-to-remote-entity';

  function known(id: string): MessageRecord {
    const record = runtime.table.get(id);
    if (record === undefined) throw new FlowError('unknown-message', `There is no message '${id}' in this flow.`);
    return record;
  }

  /** @param operationId the id of the operation whose outcome is awaited. Default: the outcome of the message. */
  function awaitResult(id: string, waits: SettleOptions, operationId?: string): SentMessage {
    const { waitForDeliveryNotification, signal } = waits;
    if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
      throw mustBe('an AbortSignal', 'signal', signal);
    }
    const awaitReceipt = waitForDeliveryNotification ?? runtime.settings.waitForDeliveryNotification;
    const awaited = { id: operationId ?? id, messageId: id, awaitReceipt, signal };
    return { id, settled: runtime.sendResults.await(awaited) };
  }

  function sendFile(file: Blob, how: SendFileOptions = {}): SentMessage {
    const { caption = '' } = how;
    const { files: own } = runtime;
    if (own === undefined || !own.canSend) {
      throw misuse('Files cannot be sent: pass the option files with an uploader, createFileTransfer({ uploader }).');
    }
    checkFile(file, own);
    if (caption !== '') checkBody(caption, runtime.settings.maxMessageLength, transport.capabilities);
    checkRunning();
    const reply = how.replyTo === undefined ? {} : { replyTo: replyTo(how.replyTo) };
    const id = random.id();
    const sent = awaitResult(id, how);
    void queueFile(own, id, file, caption, reply);
    return sent;
  }

  /** Stores a file and queues its message. */
  async function queueFile(
    own: AttachedFiles,
    id: string,
    file: Blob,
    caption: string,
    reply: Pick<MessageRecord, 'replyTo'>,
  ): Promise<void> {
    try {
      const body = await own.prepare(id, file, caption);
      runtime.dispatch({
        type: 'send',
        message: { id, contentType: FILE_CONTENT_TYPE, body, uploadPending: true, ...reply },
      });
      // The flow has ended meanwhile.
      if (runtime.table.get(id) === undefined) own.forget(id);
    } catch (cause) {
      const problem = 'This device could not store a file; it was not sent.';
      runtime.dispatch({ type: 'diagnostic', code: 'file-not-stored', message: problem, cause });
      runtime.sendResults.settle(id, { status: 'failed', deliveryFailures: [] }, true, 'storage');
    }
  }

  function checkRunning(): void {
    if (phase() === 'terminated') throw ended();
    if (!runtime.state.lifecycle.started) {
      throw misuse('The flow was not started: call start() first.');
    }
  }

  /** Applies an operation that is allowed on a known message. If the transport cannot carry it, nothing changes. */
  function operate(id: string, request: OperationRequest, supported: boolean, waits: SettleOptions): SentMessage {
    const record = known(id);
    const problem = misuseOf(record, request.kind);
    if (problem !== undefined) throw misuse(`Message '${id}' ${problem}.`);
    checkRunning();
    if (!supported) return { id, settled: Promise.resolve(unsupported(record)) };
    // A second retraction waits for the outcome of the first.
    if (record.retracted !== undefined) return awaitResult(id, waits, revisionId(record));
    // Before the operation is sent, since the response may come at once.
    const sent = awaitResult(id, waits, request.id);
    runtime.dispatch({ type: 'operate', id, request });
    return sent;
  }

  function replyTo(id: string): ReplyTarget {
    if (operations().reply !== true)
      throw misuse('The transport does not support replies (capabilities.operations.reply).');
    const record = known(id);
    const { messageId, sender } = record;
    return { id: messageId, sender, excerpt: truncateText(readableText(record), MAX_EXCERPT_LENGTH) };
  }

  const operations = (): OperationCapabilities =>
    tryRead(() => transport.operationsFor?.(remote), undefined) ?? transport.capabilities.operations ?? {};

  /** Whether the transport accepts an edit of this message. */
  function mayEdit({ id }: MessageRecord): boolean {
    const { edit } = operations();
    if (edit !== 'last') return edit === 'any';
    const own = [...runtime.table.order].findLast((each) => runtime.table.get(each)?.direction === 'outgoing');
    return own === id;
  }

  function reportOutcome(id: string, outcome: 'success' | number): void {
    if (phase() === 'terminated') throw ended();
    if (!proxied()) {
      throw misuse('The flow sends delivery notifications automatically; only a proxied flow takes reports.');
    }
    // Its deadline may have passed before its timer comes.
    runtime.dispatch({ type: 'time' });
    const record = runtime.table.get(id);
    if (runtime.isQueued((input) => input.type === 'report' && input.id === id)) throw alreadyReported(id);
    if (awaitedOutcome(runtime.state.proxied, id) === undefined) {
      if (record?.outcome === undefined)
        throw new FlowError('unknown-message', `No report is due for message '${id}'.`);
      throw alreadyReported(id);
    }
    runtime.dispatch({ type: 'report', id, outcome });
  }

  /** Whether a started flow can keep its mode. */
  function checkMode(settings: FlowSettings): void {
    if (!proxied(settings)) return;
    if (runtime.events.count('messageReceived') === 0) {
      const problem = 'A proxied flow needs a messageReceived listener: add it before start().';
      throw new FlowError('configuration', problem);
    }
    if (tabs !== undefined) {
      throw new FlowError('configuration', 'A proxied flow works in one tab: leave out the option tabs.');
    }
  }

  return {
    localAddress: transport.localAddress,
    remote,
    capabilities: transport.capabilities,
    get operations() {
      return operations();
    },
    store: runtime.store,
    messages: runtime.table,
    files: runtime.files,

    initialize(template: InstantMessagingFlowTemplate) {
      if (phase() !== 'idle') {
        throw misuse(`A flow that is ${phase()} can't be initialised: do it before it starts.`);
      }
      const settings = resolveSettings(template, defaults, transport.capabilities, ownFormats);
      if (runtime.state.lifecycle.started) checkMode(settings);
      runtime.settings = settings;
    },
    start() {
      if (phase() === 'terminated')
        throw new FlowError('terminated', 'The flow is terminated and cannot be started again: create a new flow.');
      checkMode(runtime.settings);
      runtime.dispatch({ type: 'start' });
    },
    terminate() {
      runtime.dispatch({ type: 'terminate' });
    },

    setLocalComposingState(state) {
      if (state !== 'idle' && state !== 'composing') {
        throw mustBe('idle or composing', 'state', state);
      }
      if (state === 'idle' && !runtime.settings.allowExplicitIdle) {
        throw misuse('Idle cannot be set, since the template says allowExplicitIdle: false.');
      }
      runtime.dispatch({ type: 'setComposing', state });
    },
    setComposingTimeout(milliseconds) {
      const composingTimeout = checkComposingTimeout(milliseconds);
      runtime.settings = { ...runtime.settings, composingTimeout };
    },

    sendMessage(given, how = {}) {
      const { contentType = 'text/plain' } = how;
      checkContentType(contentType);
      if (ArrayBuffer.isView(given) && !isTextual(contentType)) {
        return sendFile(new Blob([given], { type: contentType }), how);
      }
      const body = ArrayBuffer.isView(given) ? decodeText(given) : given;
      checkBody(body, runtime.settings.maxMessageLength, transport.capabilities);
      checkRunning();
      const reply = how.replyTo === undefined ? {} : { replyTo: replyTo(how.replyTo) };
      const id = random.id();
      // Before the message is sent, since the response may come at once.
      const sent = awaitResult(id, how);
      runtime.dispatch({ type: 'send', message: { id, contentType, body, ...reply } });
      return sent;
    },
    sendFile,
    editMessage(id, text, how = {}) {
      const record = known(id);
      const { contentType = record.contentType } = how;
      const isCaption = how.contentType === undefined && isFile(record);
      // The caption of a file may be empty.
      if (!isCaption || text !== '') checkBody(text, runtime.settings.maxMessageLength, transport.capabilities);
      checkContentType(contentType);
      const body = isCaption ? withCaption(record.body, text) : text;
      return operate(id, { id: random.id(), kind: 'edit', contentType, body }, mayEdit(record), how);
    },
    retractMessage(id, how = {}) {
      return operate(id, { id: random.id(), kind: 'retract' }, operations().retract === true, how);
    },
    react(id, emojis, how = {}) {
      const most = operations().react === 'one' ? 1 : MAX_EMOJIS;
      const request = { id: random.id(), kind: 'react', emojis: checkEmojis(emojis, most) } as const;
      return operate(id, request, operations().react !== undefined, how);
    },
    retryMessage(id) {
      const record = known(id);
      if (phase() === 'terminated') throw ended();
      if (record.status !== 'failed' && !isPending(record)) {
        throw misuse(`Message '${id}' is ${record.status}; only a failed one is retried.`);
      }
      const revision = revisionId(record);
      const sent = awaitResult(id, {}, revision === record.messageId ? id : revision);
      runtime.dispatch({ type: 'retry', id });
      return sent;
    },
    retryAll() {
      if (phase() === 'terminated') throw ended();
      const failed = [...runtime.table.order].filter((id) => {
        const record = runtime.table.get(id);
        return record?.status === 'failed' && record.retryable === true;
      });
      for (const id of failed) runtime.dispatch({ type: 'retry', id });
      return failed.length;
    },
    discardMessage(id) {
      const record = known(id);
      if (!mayDiscard(runtime, record)) {
        throw misuse(`Message '${id}' was passed to the transport and cannot be discarded.`);
      }
      runtime.dispatch({ type: 'discard', id });
      return isFile(record) ? fileTexts(record.body).caption : record.body;
    },

    markDisplayed(id) {
      known(id);
      runtime.dispatch({ type: 'seen', id });
    },
    markUnread(unread = true) {
      if (typeof unread !== 'boolean') throw mustBe('true or false', 'unread', unread);
      runtime.dispatch({ type: 'markUnread', unread });
    },
    setAttention(attentive) {
      runtime.dispatch({ type: 'attention', attentive });
    },
    async loadOlder(page) {
      const { limit } = page ?? {};
      return runtime.loadOlder(limit === undefined ? undefined : checkPageSize('limit', limit));
    },
    async searchStored(text, before) {
      if (typeof text !== 'string') throw mustBe('a text', 'text', text);
      return searchStored(storage, conversationKey(transport, remote), text, before);
    },
    async searchHistory(text, before) {
      if (typeof text !== 'string') throw mustBe('a text', 'text', text);
      if (before !== undefined && !isNonEmptyString(before)) throw mustBe('an archive position', 'before', before);
      const isSearchable = transport.capabilities.historySearch === true && phase() !== 'terminated';
      if (!isSearchable || isBlankText(text)) return { messageIds: [] };
      return runtime.searchHistory(text.trim(), before).catch((cause: unknown) => {
        throw new FlowError('refused', 'The history on the server could not be searched.', { cause });
      });
    },

    sendSuccessDeliveryNotification(id) {
      reportOutcome(id, 'success');
    },
    sendFailureDeliveryNotification(id, responseCode) {
      if (!isFailureCode(responseCode)) {
        throw mustBe('a SIP response code from 300 to 699', 'responseCode', responseCode, 'out-of-range');
      }
      reportOutcome(id, responseCode);
    },

    on: (event, listener) => runtime.events.on(event, listener),
    inspect(listener) {
      // Assertion libraries print a value by its method of this name, and expect a text.
      if (typeof listener !== 'function') return `Flow(${transport.localAddress}, ${remote})` as never;
      return runtime.inspect(listener);
    },
  };
}

/** An address in the form that the transport uses; unchanged where the transport does not normalise addresses. */
function normalizeAddress(transport: Transport, address: string): string {
  const normal = tryRead<unknown>(() => transport.normalizeAddress?.(address), undefined);
  return isNonEmptyString(normal) ? normal : address;
}

/** The result of an operation that the transport cannot carry. */
function unsupported({ id, status, deliveryFailures }: MessageRecord): SendInstantMessageResult {
  return { messageId: id, status, deliveryFailures, code: 'unsupported' };
}

function misuse(problem: string): FlowError {
  return new FlowError('invalid-operation', problem);
}

function alreadyReported(id: string): FlowError {
  return misuse(`Message '${id}' was reported already; a message has one outcome.`);
}

function ended(): FlowError {
  return misuse('The flow is terminated.');
}

import { FlowError } from '../errors/FlowError.ts';
import { awaitedOutcome } from '../proxied/machine.ts';
import type { MessageRecord } from '../messages/messageRecord.ts';
import { isWaiting } from '../messages/messageStatus.ts';
import { isFailureCode } from '../validation/guards.ts';
import { systemClock, systemRandom } from '../ports/systemPorts.ts';
import type {
  InstantMessagingFlow,
  InstantMessagingFlowOptions,
  InstantMessagingFlowTemplate,
  SentMessage,
} from './publicTypes.ts';
import { createRuntime } from './runtime.ts';
import { mayDiscard } from '../outbox/handlers.ts';
import { checkComposingTimeout, type FlowSettings, mustBe, resolveSettings } from './settings.ts';

/**
 * Makes a flow: an instant-messaging connection with one remote participant (UCMA `InstantMessagingFlow`). Nothing
 * happens before `start`.
 * @throws FlowError for a bad option, naming option, value and range.
 */
export function createInstantMessagingFlow(options: InstantMessagingFlowOptions): InstantMessagingFlow {
  const { transport, remote, storage, tabs, defaults = {} } = options;
  if (typeof transport?.openChannel !== 'function') {
    throw new FlowError(
      'invalid-argument',
      'transport is missing: pass a Transport, such as createLoopbackNetwork().connect().',
    );
  }
  if (typeof remote !== 'string' || remote === '') {
    throw mustBe('the address of the participant', 'remote', remote);
  }
  const random = options.random ?? systemRandom;
  const runtime = createRuntime({
    transport,
    remote,
    storage,
    tabs,
    clock: options.clock ?? systemClock,
    random,
    settings: resolveSettings(options.template ?? {}, defaults, transport.capabilities),
  });

  const phase = (): 'idle' | 'active' | 'terminated' => runtime.state.lifecycle.phase;
  const proxied = (settings = runtime.settings): boolean =>
    settings.messageConsumptionMode === 'proxied-to-remote-entity';

  function known(id: string): MessageRecord {
    const record = runtime.table.get(id);
    if (record === undefined) throw new FlowError('unknown-message', `There is no message '${id}' in this flow.`);
    return record;
  }

  function awaitResult(id: string, waits: boolean, signal: AbortSignal | undefined): SentMessage {
    return { id, settled: runtime.sendResults.await(id, waits, signal) };
  }

  function reportOutcome(id: string, outcome: 'success' | number): void {
    if (phase() === 'terminated') throw ended();
    if (!proxied()) {
      throw misuse('Delivery notifications go out by themselves here; only a proxied flow reports them.');
    }
    // Its deadline may have passed before its timer comes.
    runtime.dispatch({ type: 'time' });
    const record = runtime.table.get(id);
    if (runtime.isQueued((input) => input.type === 'report' && input.id === id)) throw alreadyReported(id);
    if (awaitedOutcome(runtime.state.proxied, id) === undefined) {
      if (record?.outcome === undefined) throw new FlowError('unknown-message', `No report is due for '${id}'.`);
      throw alreadyReported(id);
    }
    runtime.dispatch({ type: 'report', id, outcome });
  }

  /** Whether a started flow can keep its mode. */
  function checkMode(settings: FlowSettings): void {
    if (!proxied(settings)) return;
    if (runtime.events.count('messageReceived') === 0) {
      const problem = 'A proxied flow needs a messageReceived listener, to report on each message.';
      throw new FlowError('configuration', problem);
    }
    if (tabs !== undefined) {
      throw new FlowError('configuration', 'A proxied flow cannot share its conversation with other tabs.');
    }
  }

  return {
    localAddress: transport.localAddress,
    remote,
    store: runtime.store,
    messages: runtime.table,

    initialize(template: InstantMessagingFlowTemplate) {
      if (phase() !== 'idle') {
        throw misuse(`A flow that is ${phase()} can't be initialised: do it before it starts.`);
      }
      const settings = resolveSettings(template, defaults, transport.capabilities);
      if (runtime.state.lifecycle.started) checkMode(settings);
      runtime.settings = settings;
    },
    start() {
      if (phase() === 'terminated')
        throw new FlowError('terminated', 'A terminated flow is not started again: make a new one.');
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

    sendMessage(body, { contentType = 'text/plain', waitForDeliveryNotification, signal } = {}) {
      checkBody(body, runtime.settings.maxMessageLength, transport.capabilities.maxMessageBytes);
      if (typeof contentType !== 'string' || contentType === '') {
        throw mustBe('a content type', 'contentType', contentType);
      }
      if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
        throw mustBe('an AbortSignal', 'signal', signal);
      }
      if (phase() === 'terminated') throw ended();
      if (!runtime.state.lifecycle.started) {
        throw misuse('Messages are sent by a flow that was started: call start() first.');
      }
      const id = random.id();
      const waits = waitForDeliveryNotification ?? runtime.settings.waitForDeliveryNotification;
      // Before the message goes, since the answer may come at once.
      const sent = awaitResult(id, waits, signal);
      runtime.dispatch({ type: 'send', message: { id, contentType, body } });
      return sent;
    },
    retryMessage(id) {
      const record = known(id);
      if (phase() === 'terminated') throw ended();
      if (record.status !== 'failed' && !isWaiting(record)) {
        throw misuse(`Message '${id}' is ${record.status}; only a failed one is retried.`);
      }
      const sent = awaitResult(id, runtime.settings.waitForDeliveryNotification, undefined);
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
      if (!mayDiscard(runtime, known(id))) {
        throw misuse(`Message '${id}' was handed to the wire and can't be taken back.`);
      }
      runtime.dispatch({ type: 'discard', id });
    },

    markDisplayed(id) {
      known(id);
      runtime.dispatch({ type: 'seen', id });
    },
    setAttention(attentive) {
      runtime.dispatch({ type: 'attention', attentive });
    },
    loadOlder: () => runtime.loadOlder(),

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
  };
}

function checkBody(body: unknown, maxLength: number, maxBytes: number | undefined): void {
  if (typeof body !== 'string' || body.trim() === '') {
    throw mustBe('a text with something in it', 'body', body);
  }
  if (body.length > maxLength) {
    throw new FlowError('out-of-range', `body has ${body.length} characters, but at most ${maxLength} may be sent.`);
  }
  const bytes = maxBytes === undefined ? 0 : new TextEncoder().encode(body).length;
  if (bytes > (maxBytes ?? 0)) {
    throw new FlowError('out-of-range', `body has ${bytes} bytes, but this wire takes at most ${maxBytes}.`);
  }
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

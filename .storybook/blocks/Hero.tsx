import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { createLoopbackNetwork } from '@imflow/core/transports';
import { Chat } from '@imflow/ui';
import { type ReactElement, useEffect, useState } from 'react';
import './hero.css';

/** The top of the introduction: what imflow is, and a chat with a simulated participant. */
export function Hero(): ReactElement {
  const [{ ana, begin }] = useState(createGreeting);
  useEffect(() => begin(), [begin]);
  return (
    <header className="hero">
      <div>
        <h1>
          Conversations whose ticks <em>never lie</em>
        </h1>
        <p>
          imflow is a headless messaging engine, a React hook and a kit of components. It knows what to do about lost
          messages, cut connections, closed tabs and people who fall silent, over whatever wire your application has.
        </p>
        <nav aria-label="Start">
          <a className="hero-first" href="./?path=/story/start-here-two-people--two-people" target="_top">
            Spoil a network
          </a>
          <a href="./?path=/docs/guides-a-chat-in-five-minutes--docs" target="_top">
            A chat in five minutes
          </a>
        </nav>
      </div>
      <Chat flow={ana} name="Bo" aria-label="A chat to try" data-theme="light" />
    </header>
  );
}

/** Ana's side of a conversation. Bo is simulated: he says hello, and answers each message. */
function createGreeting(): { ana: InstantMessagingFlow; begin: () => () => void } {
  const network = createLoopbackNetwork({ faults: { delay: 120 } });
  const flow = (local: string, remote: string): InstantMessagingFlow =>
    createInstantMessagingFlow({ transport: network.connect(local), remote });
  const [ana, bo] = [flow('ana', 'bo'), flow('bo', 'ana')];
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const later = (run: () => void, delay: number): void => void timers.add(setTimeout(run, delay));
  const say = (text: string, delay: number): void => {
    later(() => bo.setLocalComposingState('composing'), delay);
    later(() => bo.sendMessage(text), delay + 1_400);
  };
  bo.on('messageReceived', ({ message }) => {
    later(() => bo.markDisplayed(message.id), 700);
    if (message.body !== GREETING) say(ANSWERS[bo.messages.order.length % ANSWERS.length] ?? '', 1_200);
  });
  return {
    ana,
    begin() {
      ana.start();
      bo.start();
      later(() => ana.sendMessage(GREETING), 300);
      say('Yes! Watch the ticks: one, two, then bold when I have read it.', 1_400);
      return () => {
        for (const timer of timers) clearTimeout(timer);
        ana.terminate();
        bo.terminate();
      };
    },
  };
}

const GREETING = 'Hi Bo, are you there?';
const ANSWERS = ['Got it.', 'Now try it with a cut connection, under “Two people”.', 'And I have read that, too.'];

'use client';

/** The ticks that show the status of an own message. */

import type { MessageStatus } from '@imflow/react';
import type { ReactElement } from 'react';
import { type PartProps, renderPart } from '../internal/part.ts';
import { useSettings } from '../settings/ChatSettings.tsx';
import type { Translations } from '../settings/translations.ts';
import { type TickState, tickState } from './tickState.ts';

const CLOCK = 'M9 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M9 4.5V7l1.75 1';
const TICK = 'M5 7.4l2.8 2.8L13.2 4';
const TICKS = 'M1 7.6L3.6 10.2L8.8 4M8.5 9.3L9.4 10.2L14.8 4';

const SHAPES: Readonly<Record<TickState, string>> = {
  waiting: CLOCK,
  sending: CLOCK,
  sent: TICK,
  delivered: TICKS,
  read: TICKS,
  // The message was sent and did not arrive: a cross in place of the second tick.
  undeliverable: 'M1 7.6L3.6 10.2L8.8 4M10.6 6.2l4 4M14.6 6.2l-4 4',
  // A question mark in the circle of a failed message.
  unconfirmed:
    'M9 1.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M7.3 5.6a1.75 1.75 0 1 1 2.6 1.5c-.6.35-.9.65-.9 1.2M9 9.9v.1',
  failed: 'M9 1.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M9 4.2v3.2M9 9.7v.1',
};

/** The state of the ticks: `data-*` attributes, and the argument of `className` and `render`. */
export interface DeliveryTicksState {
  readonly status: TickState;
}

/** The record's fields about its status, and the attributes of a `<span>`, `className` by state, and `render`. */
export interface DeliveryTicksProps extends PartProps<'span', DeliveryTicksState> {
  /** The status of the message. */
  readonly status: MessageStatus;
  /**
   * Whether no message can be sent now: a message that is queued or being sent then waits for the connection, or for
   * the participant to come online. Default false.
   */
  readonly waiting?: boolean;
  /** Whether there was no response, so that a failed message may have arrived. Default false. */
  readonly unconfirmed?: boolean;
  /** When the stage was reached, as a person reads it. Default: no time. */
  readonly time?: string;
}

/** The status of an own message: an icon, and its text for screen readers. Renders a `<span>`. */
export function DeliveryTicks(props: DeliveryTicksProps): ReactElement {
  return renderTicks(props, useSettings().translations);
}

/** The ticks as a function, which is cheaper than a component in the many rows of a list. */
export function renderTicks(
  { status, waiting = false, unconfirmed = false, time = '', ...rest }: DeliveryTicksProps,
  translations: Translations,
): ReactElement {
  const state = tickState(status, waiting, unconfirmed);
  const text = translations.ticks[state];
  return renderPart('span', 'ticks', { status: state }, rest, {
    title: `${text} ${time}`.trim(),
    children: (
      <>
        <svg className="imflow-icon" aria-hidden="true" viewBox="0 0 18 14">
          <path d={SHAPES[state]} />
        </svg>
        <span className="imflow-hidden">{text}</span>
      </>
    ),
  });
}

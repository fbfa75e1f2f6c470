'use client';

/** The dialog that confirms the deletion of a message. */

import { useFlow } from '@imflow/react';
import { type KeyboardEvent, type ReactElement, useId, useLayoutEffect, useMemo, useRef } from 'react';
import { Button } from '../../internal/Button.tsx';
import { createFocusReturn, restingPlace } from '../../internal/focusPlaces.ts';
import { consume, listenForEscape } from '../../internal/keys.ts';
import { activeElementOf } from '../../internal/realm.ts';
import { nameOf, useSettings } from '../../settings/ChatSettings.tsx';
import { useMessageList } from '../MessageListContext.ts';
import { tryOperation } from '../tryOperation.ts';
import type { ShownActions } from './actionSurface.ts';

/**
 * Asks before a message is deleted that the other side has. Renders a `<div role="alertdialog">` that has the focus.
 */
export function DeleteQuestion({ shown }: { readonly shown: ShownActions }): ReactElement {
  const flow = useFlow();
  const settings = useSettings();
  const { surface } = useMessageList();
  const { translations } = settings;
  const dialog = useRef<HTMLDivElement>(null);
  const uid = useId();
  const [leaving, close] = useMemo(() => {
    // The row may have been removed: rows far from the view are not in the document.
    const next = (near: HTMLElement): HTMLElement | undefined =>
      shown.element.isConnected ? shown.element : restingPlace(flow, near);
    return [
      createFocusReturn(next),
      (): void => {
        const place = dialog.current && next(dialog.current);
        surface.hide();
        place?.focus({ preventScroll: true });
      },
    ] as const;
  }, [flow, shown.element, surface]);

  useLayoutEffect(() => {
    const element = dialog.current;
    leaving(element);
    if (!element) return undefined;
    // Older browsers have no top layer, and show the dialog in the document flow. StrictMode runs effects twice.
    if (element.showPopover && !element.matches(':popover-open')) element.showPopover();
    element.querySelector('button')?.focus({ preventScroll: true });
    const toggled = (event: Event): void => {
      if ((event as ToggleEvent).newState === 'closed') surface.hide();
    };
    element.addEventListener('toggle', toggled);
    const stopKeys = listenForEscape(element, () => {
      close();
      return true;
    });
    return () => {
      element.removeEventListener('toggle', toggled);
      stopKeys();
      leaving(null);
    };
  }, [surface, leaving, close]);

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its buttons have the focus
    <div
      ref={dialog}
      role="alertdialog"
      className="imflow-question"
      dir={settings.textDir}
      popover="auto"
      aria-modal="true"
      aria-labelledby={`${uid}q`}
      aria-describedby={`${uid}c`}
      tabIndex={-1}
      onKeyDown={keepFocus}
    >
      <strong id={`${uid}q`} className="imflow-label">
        {translations.deleteQuestion}
      </strong>
      <span id={`${uid}c`} className="imflow-consequence">
        {translations.deleteConsequence(nameOf(settings, flow.remote))}
      </span>
      <div className="imflow-answers">
        <Button name="button" onClick={close}>
          {translations.dismiss}
        </Button>
        <Button
          name="button"
          data-danger=""
          onClick={() => {
            close();
            tryOperation({ flow, settings }, shown.element, () => flow.retractMessage(shown.id));
          }}
        >
          {translations.delete}
        </Button>
      </div>
    </div>
  );
}

/** Keeps the focus inside the dialog until the user has answered. */
function keepFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Tab') return;
  const buttons = Array.from(event.currentTarget.querySelectorAll('button'));
  consume(event);
  buttons.find((each) => each !== activeElementOf(each))?.focus();
}

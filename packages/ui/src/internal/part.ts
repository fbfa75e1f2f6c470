/** Renders a part of a component, with the customisation that every part supports. */

import {
  cloneElement,
  type ComponentPropsWithoutRef,
  createElement,
  type ElementType,
  type HTMLAttributes,
  type ReactElement,
  type Ref,
} from 'react';
import { warnings } from './developmentWarnings.ts';

/** The props of an element that replaces a part's own. */
export type RenderProps = HTMLAttributes<HTMLElement> & { readonly ref?: Ref<never> };

/** The props of every part besides the attributes of its element. */
export interface Customisation<State> {
  /** Class names, beside the part's own; or a function of its state. */
  readonly className?: string | undefined | ((state: State) => string | undefined);
  /** An element that replaces the part's own, or a function that creates it from the props and the state. */
  readonly render?: ReactElement<RenderProps> | ((props: RenderProps, state: State) => ReactElement) | undefined;
}

/** The props of a part that renders `Tag`, with its state. */
export type PartProps<Tag extends ElementType, State = object> = Omit<ComponentPropsWithoutRef<Tag>, 'className'> &
  Customisation<State>;

type Props = Record<string, unknown>;

/**
 * Renders a part: its own props under those of the application, its state as `data-*` attributes.
 * `true` gives the attribute alone, `false` and `undefined` leave it out.
 */
export function renderPart<State extends object>(
  tag: string,
  name: string,
  state: State,
  { className, render, ...given }: Customisation<State> & object,
  own: object,
): ReactElement {
  const props: Props = { className: `imflow-${name}`, ...own };
  addData(props, state);
  const chosen = typeof className === 'function' ? className(state) : className;
  addProps(props, { className: chosen, ...given });
  if (typeof render === 'function') return render(props, state);
  if (render) return cloneElement(render, addProps(props, render.props as Props));
  if (tag === 'button') withoutType(props);
  if (warnings) props['ref'] ??= warnings.part;
  return createElement(tag, props);
}

/**
 * A button of the kit's own has no `type`: style sheets of pages name `[type='button']`, which weighs as much as a
 * class of the application. One without a `type` submits its form; one with an empty `form` has none. An element of the
 * application's own keeps the `type`, since its default may differ.
 */
function withoutType(props: Props): void {
  if (props['type'] === 'button') props['form'] ??= '';
  if (props['type'] === 'button' || props['type'] === 'submit') delete props['type'];
}

/**
 * {@link renderPart} for a part that passes refs. It calls no hook: the lint rules of the React Compiler let only
 * functions that are named as hooks take refs while rendering.
 */
export const useRenderPart: typeof renderPart = renderPart;

/** `data-at-end` for `atEnd`, and so on. */
const dataNames: Record<string, string> = {};

function addData(props: Props, state: object): void {
  for (const [key, value] of Object.entries(state)) {
    const name = (dataNames[key] ??= `data-${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    if (value !== undefined && value !== false) props[name] = value === true ? '' : value;
  }
}

/**
 * Adds props to those that are there. The later ones win; class names and styles add up, refs both get the element, and
 * both handlers of an event are called, the later one first.
 */
function addProps(props: Props, more: object): Props {
  for (const [key, value] of Object.entries(more)) {
    const before = props[key];
    if (value === undefined) continue;
    if (key === 'className' && before) props[key] = `${before as string} ${value as string}`;
    else if (key === 'style') props[key] = Object.assign({}, before, value);
    else if (key.startsWith('on') && typeof before === 'function' && typeof value === 'function') {
      props[key] = (...args: unknown[]) => {
        value(...args);
        before(...args);
      };
    } else if (key === 'ref' && before) props[key] = bothRefs(before as Ref<unknown>, value as Ref<unknown>);
    else props[key] = value;
  }
  return props;
}

function bothRefs(...refs: readonly Ref<unknown>[]): (element: unknown) => void {
  return (element) => {
    for (const ref of refs) {
      if (typeof ref === 'function') ref(element);
      else if (ref) ref.current = element;
    }
  };
}

'use client';

/** The picture or the initials of a participant. */

import { type ReactElement, useState } from 'react';
import { nameOf, own, useSettings } from '../settings/ChatSettings.tsx';
import { type PartProps, renderPart } from '../internal/part.ts';

/** The number of tints, which are the rules for `data-tint` in internal.css. */
const TINTS = 8;

/** The state of an avatar: `data-*` attributes, and the argument of `className` and `render`. */
export interface AvatarState {
  /** The tint of the background, from 0 to 7: the same for an address on every device. */
  readonly tint: number;
}

/** The participant of the avatar, and the attributes of a `<span>`. */
export interface AvatarProps extends PartProps<'span', AvatarState> {
  /** The address of the participant. */
  readonly address: string;
  /**
   * The URL of a picture. Default: that of `avatars` in the settings, if there is one. If the picture cannot be loaded,
   * the initials are shown.
   */
  readonly src?: string | undefined;
}

/**
 * A picture of a participant in a circle, or the initials of the name on a tint that comes from the address. Screen
 * readers skip it, since the name stands beside it. Renders a `<span>`.
 */
export function Avatar({ address, src, ...rest }: AvatarProps): ReactElement {
  const settings = useSettings();
  const [failed, setFailed] = useState<string>();
  const picture = src ?? own(settings.avatars, address);
  return renderPart('span', 'avatar', { tint: tintOf(address) }, rest, {
    'aria-hidden': true,
    children:
      picture === undefined || picture === '' || picture === failed ? (
        initialsOf(nameOf(settings, address))
      ) : (
        <img
          className="imflow-picture"
          alt=""
          decoding="async"
          draggable={false}
          // Without the referrer, the server of the picture does not learn which conversation the user has open.
          referrerPolicy="no-referrer"
          src={picture}
          onError={() => setFailed(picture)}
        />
      ),
  });
}

/** Returns the first letters of the first and the last word. */
function initialsOf(name: string): string {
  const letters = name.match(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu) ?? [];
  return [letters[0], ...letters.slice(1).slice(-1)].join('').toUpperCase();
}

/** Returns the tint of an address, the same on every device: from 0 to {@link TINTS} - 1. */
function tintOf(address: string): number {
  let hash = 0;
  for (let index = 0; index < address.length; index += 1) hash = (hash * 31 + address.charCodeAt(index)) % 65_521;
  return hash % TINTS;
}

/** Notifications of the operating system, and the permission for them. */

/**
 * The permission for notifications; `unsupported` if the browser has none. Not `NotificationPermission`, a type that servers
 * lack.
 */
export type NotificationAccess = 'default' | 'denied' | 'granted' | 'unsupported';

/** A notification of the operating system. */
export interface SystemNotification {
  readonly title: string;
  readonly body?: string | undefined;
  /** The URL of a picture. */
  readonly icon?: string | undefined;
  /** A later one with the same tag replaces this one, in silence. Pass the id of the message. */
  readonly tag?: string | undefined;
  /** Called when the user has clicked the notification. Default: the window comes to the front. */
  readonly onClick?: (() => void) | undefined;
}

/** Returns the present permission. */
export function notificationAccess(): NotificationAccess {
  return constructorOf()?.permission ?? 'unsupported';
}

/**
 * Asks the user for the permission, if they have not answered yet. Call it in a click handler: browsers ignore other calls.
 * Never rejects.
 */
export async function requestNotificationAccess(): Promise<NotificationAccess> {
  try {
    await constructorOf()?.requestPermission();
  } catch {
    // A policy of the page refuses the question, which has the same effect as a refusal by the user.
  }
  return notificationAccess();
}

/**
 * Shows a notification of the operating system. Never throws.
 *
 * @returns whether it could be shown: false where the user or the browser does not allow it.
 */
export function showSystemNotification({ title, onClick, ...options }: SystemNotification): boolean {
  const Constructor = constructorOf();
  if (Constructor?.permission !== 'granted') return false;
  try {
    const notification = new Constructor(title, defined(options));
    notification.addEventListener('click', () => {
      globalThis.focus?.();
      notification.close();
      onClick?.();
    });
    return true;
  } catch {
    // Chrome on Android shows them from a service worker only.
    return false;
  }
}

function defined(options: Omit<SystemNotification, 'title' | 'onClick'>): NotificationOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function constructorOf(): typeof Notification | undefined {
  return globalThis.Notification;
}

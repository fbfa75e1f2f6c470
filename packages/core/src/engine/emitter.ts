/** An event emitter. Each event reaches, in order, the listeners that were registered when it was raised. */
export interface Emitter<Events extends object> {
  on<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void;
  /** `onError` receives the exception of a listener; the other listeners are still called. */
  emit<K extends keyof Events>(name: K, event: Events[K], onError: (error: unknown) => void): void;
  count(name: keyof Events): number;
  clear(): void;
}

export function createEmitter<Events extends object>(): Emitter<Events> {
  type Registration = { readonly listener: (event: never) => void };
  const registrations = new Map<keyof Events, Set<Registration>>();

  return {
    on(name, listener) {
      // A separate registration, so that the same function may listen twice.
      const registration: Registration = { listener };
      const own = registrations.get(name) ?? new Set();
      registrations.set(name, own.add(registration));
      return () => own.delete(registration);
    },
    emit(name, event, onError) {
      const own = registrations.get(name) ?? new Set();
      // Listeners that are added meanwhile receive the next event; those that were removed do not receive this one.
      for (const registration of Array.from(own)) {
        if (!own.has(registration)) continue;
        try {
          registration.listener(event as never);
        } catch (error) {
          onError(error);
        }
      }
    },
    count: (name) => registrations.get(name)?.size ?? 0,
    clear() {
      for (const own of registrations.values()) own.clear();
    },
  };
}

import type { Contender } from '../shared/contender.ts';
import { message } from '../shared/messages.ts';
import '../shared/minimal.css';
import { createWindowedList } from './windowedList.ts';

/** The floor: a windowed list, a typing line and a field, written by hand. */
export const contender: Contender = {
  async prepare(messages, older) {
    const list = createWindowedListLater(messages);
    const typing = document.createElement('div');
    typing.className = 'typing';
    const dots = document.createElement('span');
    dots.className = 'dots';
    dots.append(...['i', 'i', 'i'].map((tag) => document.createElement(tag)));
    const field = document.createElement('textarea');
    field.className = 'field';
    field.rows = 1;
    let host: HTMLElement | undefined;
    return {
      rowSelector: '.row',
      mount(element) {
        host = element;
        element.append(list().element, typing, field);
        list().add([], 'end');
      },
      unmount: () => host?.replaceChildren(),
      scroller: () => list().element,
      input: () => field,
      append: async (added) => list().add(added, 'end'),
      async send(added) {
        list().add(added, 'end');
        return added.map(({ id }) => id);
      },
      tick: async (id, status) => list().change({ ...list().get(id), status }),
      async burst(ids, status) {
        for (const id of ids) list().change({ ...list().get(id), status });
      },
      async typing(composing) {
        typing.replaceChildren(...(composing ? [dots, 'Bo is typing…'] : []));
      },
      beginGrowing: async () => list().add([message('growing', 0, Date.now(), false)], 'end'),
      grow: (body) => list().change({ ...list().get('growing'), body }),
      showOlder: async () => list().add(older, 'front'),
    };
  },
};

/** The list is created when it is mounted, as the lists of the other contenders are. */
function createWindowedListLater(
  messages: Parameters<typeof createWindowedList>[0],
): () => ReturnType<typeof createWindowedList> {
  let list: ReturnType<typeof createWindowedList> | undefined;
  return () => (list ??= createWindowedList(messages));
}

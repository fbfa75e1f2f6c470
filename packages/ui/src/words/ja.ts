import type { Words } from '../settings/words.ts';

const NO_ANSWER = '時間内に応答がありませんでした。';
const REASONS: Readonly<Record<number, (name: string) => string>> = {
  401: () => 'ログインしていません。',
  403: (name) => `${name}さんはあなたからのメッセージを受け付けていません。`,
  404: (name) => `${name}さんが見つかりません。`,
  408: () => NO_ANSWER,
  410: (name) => `${name}さんは、もうこの宛先を使っていません。`,
  413: () => 'メッセージが長すぎます。',
  415: (name) => `${name}さんの環境では、この種類のメッセージを表示できません。`,
  480: (name) => `${name}さんは現在応答できません。`,
  486: (name) => `${name}さんは取り込み中です。`,
  488: (name) => `${name}さんの環境では、この種類のメッセージを表示できません。`,
  503: () => 'サービスが混み合っています。',
  504: () => NO_ANSWER,
  600: (name) => `${name}さんは取り込み中です。`,
  603: (name) => `${name}さんがメッセージを拒否しました。`,
  604: (name) => `${name}さんが見つかりません。`,
  606: (name) => `${name}さんはこのメッセージを受け付けていません。`,
};

// Japanese has one form for every count.
function typing(names: readonly string[], shown: string): string {
  const who = names.length > 2 ? `${shown}人` : names.map((name) => `${name}さん`).join('と');
  return `${who}が入力中`;
}

/** The words in Japanese. */
export const ja: Words = {
  locale: 'ja',
  conversation: (name) => `${name}さんとの会話`,
  message: (name) => `${name}さんへのメッセージ`,
  send: '送信',
  retry: '再送信',
  delete: '削除',
  joined: (label, detail) => `${label}、${detail}`,
  failure: (status, reason) => (reason ? `${status}。${reason}` : status),
  ticks: {
    waiting: '接続待ち',
    sending: '送信中',
    sent: '送信済み',
    delivered: '配信済み',
    read: '既読',
    undeliverable: '配信できませんでした',
    failed: '送信できませんでした',
  },
  reason: (code = 0, name) =>
    REASONS[code]?.(name) ?? (code >= 500 && code < 600 ? 'サービスで問題が発生しています。' : ''),
  typing: (names, shown) => `${typing(names, shown)}…`,
  youSaid: 'あなたのメッセージ：',
  said: (name) => `${name}さんのメッセージ：`,
  today: '今日',
  yesterday: '昨日',
  unread: 'ここから未読',
  newMessages: (_, shown) => `新着メッセージ${shown}件`,
  jumpToLatest: '最新のメッセージへ移動',
  loadingOlder: '過去のメッセージを読み込んでいます…',
  beginning: (name) => `${name}さんとの会話はここから始まります。`,
  empty: 'まだメッセージはありません。あいさつしてみましょう！',
  unsupported: (contentType) => `このメッセージはここでは表示できません（${contentType}）。`,
  connecting: '接続しています…',
  reconnecting: '再接続しています…',
  offline: 'オフラインです',
  back: '再接続しました',
  sendLater: 'オフラインです。メッセージは接続後に送信されます。',
  ended: 'この会話は終了しました。',
  tooLong: (_, shown) => `メッセージが長すぎます（${shown}文字超過）。`,
  cannotSend: 'このメッセージは送信できません。',
  available: 'オンライン',
  unavailable: '離席中',
  announce: {
    message: (name, text) => `${name}さん：${text}`,
    messages: (count, shown, name) => `${name}さんからの新着メッセージ${count === 1 ? '' : `${shown}件`}`,
    typing,
    offline: 'オフラインです。メッセージは接続後に送信されます。',
    back: '再接続しました。',
    failed: 'メッセージを送信できませんでした。',
    failedRetry: 'メッセージを送信できませんでした。再送信できます。',
    undeliverable: 'メッセージを配信できませんでした。',
  },
  file: (kind, size) => `${kind}、${size}`,
  kinds: { image: '画像', audio: '音声', video: '動画', text: 'テキスト', file: 'ファイル' },
  download: 'ダウンロード',
  showMore: 'もっと見る',
  showLess: '折りたたむ',
  facts: 'メッセージの詳細',
  queued: '送信待ちに追加',
  unknownTime: '日時不明',
  cancel: '送信を取りやめる',
  refused: (code) => `メッセージが拒否されました（コード${code}）。`,
};

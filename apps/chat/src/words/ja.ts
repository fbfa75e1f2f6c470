import { type AppWords, nameIn } from './words.ts';

export { ja as chat } from '@imflow/ui/words/ja';

const named = nameIn('ltr');

export const app: AppWords = {
  tagline: '入力中の表示も配信の印も、決してうそをつきません。接続を切って確かめてください。',
  phoneOf: (name) => `${named(name)}の電話`,
  openTab: (name) => `${named(name)}を新しいタブで開く`,
  settings: {
    open: '設定',
    language: '言語',
    brightness: '明るさ',
    system: 'システム',
    light: 'ライト',
    dark: 'ダーク',
    theme: '配色',
    plain: '空',
    meadow: '草原',
    ink: '墨',
    failed: 'この言語を読み込めませんでした。接続を確認してください。',
  },
  views: {
    label: '表示するもの',
    network: 'ネットワーク',
    unread: (shown) => `未読${shown}件`,
  },
  network: {
    title: '二人の間のネットワーク',
    connected: '接続',
    delay: '遅延',
    loss: '損失',
    lost: (shown) => `これまでの損失: ${shown}件`,
    repair: '元に戻す',
    startOver: '最初から',
    aboutConnected: '接続がない間、書いたものは待機し、接続が戻ると自動で送信されます。',
    aboutDelay: 'この人の側で、片道にかかる時間です。',
    aboutLoss: (seconds) =>
      `消える割合です。メッセージも入力中の表示も印も同じように消えます。${seconds}秒間応答がないと「送信できませんでした」になります。再送しても二重に表示されることはありません。`,
    several: 'または、1つの接続でAnaのいくつもの会話を見てみましょう。',
    openSeveral: 'いくつもの会話',
    tabs: 'または、それぞれに専用のタブを開けば、再読み込みしてもメッセージが残ります。',
    open: (name) => `${named(name)}を開く`,
  },
  conversations: {
    title: '会話',
    back: '会話の一覧に戻る',
    choose: '会話を選んでください。',
    talkTo: '話したい相手のアドレス',
    begin: '始める',
  },
  conversation: {
    title: (me, remote) => `${named(me)}と${named(remote)}`,
    heading: (me, remote) => `${named(me)}と${named(remote)}の会話`,
    youAre: (name) => `あなたは${named(name)}です`,
    sayHello: (me, remote) => `${named(me)}さん、${named(remote)}さんにあいさつしましょう`,
    elsewhere: (remote) =>
      `${named(remote)}さんは、このブラウザーの別のタブにいます。サーバーもアカウントも使わず、何も外へ出ません。そのタブが閉じている間に書いたものは、開くまで待機します。`,
    nothingYet: 'まだ何も書かれていません。',
    notKept: 'メッセージは保存されません。チャットは使えますが、再読み込みすると消えます。',
  },
};

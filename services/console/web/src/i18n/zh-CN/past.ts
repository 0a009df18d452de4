/** Words of trials of rules, corrections and the month's preview (RUL-04, RUL-09, LIF-04, LIF-07). */
export const past = {
  causes: '起因', evidence: '依据', correctionsLead: '后来补到的账单、作废、更正或任职，使以前的归属决定有了出入。以前的记录不改；确认后从今天起生效。',
  open: '待办理', all: '全部', noCorrections: '没有待办理的更正', noCorrectionsText: '每天早上系统会用最新的消费重算以前的月份，有出入的会出现在这里。',
  alreadyPublic: '客户已经是公共客户，不用再转，写明原因后忽略即可。', ownerNow: '现在由{{name}}维系', publicNow: '现在是公共客户', found: '{{date}} 发现', decided: '当时的决定', instead: '按现在的事实', nothing: '没有决定', nothingNow: '不会有这个决定',
  settled: '{{name}}办理：{{reason}}', confirm: '确认更正', confirmed: '已更正', dismiss: '忽略', dismissed: '已忽略', dismissTitle: '忽略这条更正？', dismissHow: '归属保持现在的样子，记录里会留下您的理由。',
  reason: '理由（会记入时间线）', reasonNeed: '请写明理由，至少两个字。', stateConfirmed: '已更正', stateDismissed: '已忽略',
  effects: { none: '归属不变。', restore: '从今天起恢复由{{name}}维系，双方都会收到通知。', release: '从今天起不再由{{name}}维系，转为公共客户，本人会收到通知。', offer: '请{{name}}确认认养；确认、审核后归他维系。', withdraw: '收回给{{name}}的认养，客户仍是公共客户。' },
  previewLead: '如果{{month}}今天结束，{{effective}}会怎样。消费算到 {{counted}}，只是预览，什么都不改。', noPreview: '目前没有会变动的客户', noPreviewText: '推荐人接待自己的客户都够次数，也没有公共客户达到认养次数。',
  groups: { lost: '会转为公共客户：{{count}} 位', offered: '会请人认养：{{count}} 位', tied: '接待次数并列：{{count}} 位' },
  groupHow: { lost: '月底前由推荐人多接待，就能留住。', offered: '月底仍接待最多的人，下月 1 日会收到认养。', tied: '月底仍并列的，继续是公共客户。' },
  trialsLead: '先用规则草稿试算过去几个月：谁会失去哪些客户，和实际有什么不同。试算不改动任何数据。', noDraft: '还没有草稿。', draft: '草稿里有 {{count}} 处改动。', toRules: '去规则页修改',
  months: '试算最近', monthCount: '{{count}} 个月', start: '开始试算', noTrials: '还没有试算过', noTrialsText: '在规则页修改参数并保存草稿，再回来选几个月试算。结果会一直保留。',
  trialOf: '{{from}} 至 {{to}}', trialLead: '有 {{count}} 位客户的归属会与实际不同。', differing: '{{count}} 位客户不同', progress: '试算进度', states: { running: '试算中', done: '已完成', cancelled: '已取消', failed: '没有完成' },
  cancel: '取消试算', cancelTitle: '取消这次试算？', cancelHow: '已算出的部分会保留。', cancelYes: '取消试算', goOn: '继续算', export: '导出表格', exportAll: '导出全部门店', failed: '试算没有完成，请重新开始。', partly: '只算了 {{tried}} / {{files}} 份档案，下面的数字不是全部。', nothingTried: '还没有算出结果就停了，可以重新开始一次。', tried: '试算的改动（与第 {{version}} 版比）',
  pairs: '实际 → 试算', byStore: '按门店看', byPerson: '按人看', byGuest: '按客户看', person: '推荐人', store: '门店', lost: '转出', won: '认养', held: '期末持有', noCounts: '没有数字', noCountsText: '这段时间里没有归属变动。',
  noLines: '与实际完全相同', noLinesText: '这家门店在试算的规则下，没有一位客户的归属会不同。', onlyTried: '仅试算发生', onlyFact: '仅实际发生', late: '因后来补到的事实',
}

/** Words of public guests offered to somebody (LIF-07, LIF-08, LIF-14). */
export const offers = {
  lead: '认养、指派给您的和您认领的公共客户：确认后核对档案并提交，审核通过后归您维系。', today: '位公共客户等您确认、核对', todayUntil: '最早 {{date}} 截止',
  none: '没有等您接收的客户', noneText: '公共客户当月由您接待最多、至少两次，下月 1 日会出现在这里，7 天内确认有效。',
  kinds: { adoption: '认养', claim: '认领', assignment: '指派' },
  until: '最晚 {{date}} 确认并提交', confirm: '确认，核对档案', confirmHow: '确认后您可以看到并修改这份档案；审核通过前仍是公共客户。', edit: '去核对并提交', confirmed: '核对中', sentBack: '已退回，待修改', mend: '去修改并提交', waits: '已提交，等审核',
  decline: '不接收', declineTitle: '不接收这位客户？', declineHow: '他仍是公共客户，其他人可以接待、认领。', declineYes: '不接收', declined: '已谢绝', list: '等您接收的客户',
}

/** Words of the public pool: claims and assignments (LIF-09, LIF-12). */
export const pool = {
  lead: '没有推荐人的客户，姓名和号码对所有人打码。认领或接受指派后核对档案，审核通过归新推荐人。',
  come: '是否有效', take: '是否有人认领', why: '转为公共的原因', often: '消费次数', all: '全部', free: '可认领', open: '认领中', anyWhy: '所有原因', anyOften: '消费次数不限', atLeast: '累计消费 {{count}} 次以上',
  none: '没有公共客户', noneText: '客户到期未消费、多由他人接待或推荐人离岗时，会自动出现在这里。', noneSuch: '没有符合条件的公共客户', noneSuchText: '换一个条件，或查看全部。', clear: '查看全部',
  since: '{{date}} 起公共', appealed: '申诉中', busy: '档案修改中', former: '原推荐人', noFormer: '没有', year: '近一年', yearOf: '{{count}} 次，{{amount}}', noYear: '没有消费', receivers: '本月接待', received: '{{name}} {{count}} 次', nobody: '还没有人',
  pending: '等 {{name}} 确认，{{date}} 截止', checking: '{{name}} 正在核对档案，{{date}} 截止', submitted: '{{name}} 已提交，等待审核', sentBack: '{{name}} 的档案已退回修改，{{date}} 截止', you: '您', toOffers: '去处理',
  claim: '认领', claimTitle: '认领 {{name}}？', claimHow: '认领后由您核对档案并提交，7 天内有效；审核通过后归您维系。', claimYes: '认领，核对档案',
  assign: '指派', assignTitle: '指派 {{name}}', assignFind: '找同事', assignHow: '按能不能服务好这位客人来选。对方确认、核对档案、审核通过后，客人归他维系。', assignNeed: '请选择一位员工。', assignYes: '指派', assigned: '已指派给 {{name}}',
  noAssignee: '本店没有可指派的人', noAssigneeText: '只有可维系客户的岗位可以接收，并且不能指派给自己。',
  room: '还差 {{count}} 位', waiting: '待确认 {{count}} 位', has: '现有 {{count}} 位客户', hasOf: '客户 {{count}} / {{target}}', active: '有效 {{count}} 位', visits: '本月接待 {{count}} 次', visitsOf: '本月频次 {{count}} / {{target}}', last: '上月客户达成 {{percent}}%', knows: '近一年接待这位客人 {{count}} 次',
}

/** Words of appeals against a loss (LIF-11). */
export const appeal = {
  lead: '失去客户后 7 天内可以申诉，由经理裁定；客户已有新推荐人的，由总部裁定。', show: '筛选申诉', open: '待裁定', ended: '已结束', losses: '我失去的客户',
  none: '没有待裁定的申诉', noneText: '原推荐人对失去客户有异议时，申诉会出现在这里。', noneEnded: '还没有结束的申诉', noneEndedText: '裁定和撤回的申诉会留在这里，随时可查。',
  noLosses: '近期没有失去客户', noLossesText: '客户转为公共时，会在这里写明依据；不服的可以在期限内申诉。',
  by: '{{name}} 申诉', late: '已超期', due: '{{date}} 前裁定', states: { open: '申诉中', granted: '申诉成立', refused: '申诉不成立', withdrawn: '已撤回' },
  lost: '失去客户', now: '现在归', system: '系统的依据', says: '{{name}} 说', referred: '引用的消费和预定', others: '这位客人前后的其他消费和预定（{{count}}）', file: '查看归属经过', decided: '{{name}} 裁定',
  meals: '消费和预定', credited: '{{name}} 的接待', uncredited: '没有接待人', uncounted: '未计消费', booked: '{{name}} 预定，已发通知', bookedUntold: '{{name}} 预定，没发通知',
  withdraw: '撤回申诉', withdrawTitle: '撤回申诉？', withdrawHow: '撤回后不能再次申诉。',
  decideTitle: '裁定', grant: '成立，恢复由 {{name}} 维系', grantFrom: '成立，从 {{owner}} 恢复给 {{name}}', refuse: '不成立，归属不变', needsOffice: '客户已有新的推荐人，成立要由总部裁定（LIF-14）。', why: '裁定理由', whyHint: '申诉人会看到，例如：10月3日晚餐由他预定，漏发了通知', whyNeed: '请选择结果，并写明理由。', decide: '裁定', done: '已裁定', notYours: '这项申诉与您有关，由其他负责人裁定（ROL-04）。',
  until: '{{date}} 前可以申诉', raise: '申诉', raiseHere: '不服？去申诉', see: '查看申诉', tooLate: '{{date}} 申诉期已过', his: '客人已经回到您名下', cannot: '现在不能申诉',
  raiseTitle: '申诉：{{name}}', raiseHow: '写明为什么客人应当归您，并选上能证明的消费和预定。裁定前，其他人的认领、认养不会通过审核。', text: '申诉理由', textHint: '例如：10月3日的晚餐是我订的，当天忙，通知漏发了', textNeed: '请写明理由，至少两个字。', refer: '引用消费和预定（可多选）', send: '提交申诉', raised: '已提交申诉',
  today: '项申诉等您裁定', todayLate: '{{count}} 项超期',
}

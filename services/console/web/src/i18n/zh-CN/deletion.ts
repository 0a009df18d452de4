/** Words of deletion (DEL-01…03), guests' own requests, consent (CUS-11) and what staff are told. */
export const deletion = {
  ask: '申请删除', askTitle: '申请删除这份档案', askHow: '总部在 12 小时内核实办理。删除后姓名、号码、生日等资料不再保留，消费次数和金额留在门店账上；不能恢复。',
  ground: '原因', reason: '说明', reasonHint: '如：回访三次，号码主人说从没来过', needGround: '请选择原因。', needReason: '请写明情况，至少两个字。', send: '提交申请',
  grounds: { notAGuest: '查无此人', duplicate: '重复建档', guestWish: '客人要求', wrongEntry: '录入错误', other: '其他' },
  states: { pending: '待总部核实', done: '已删除', refused: '总部未同意', withdrawn: '已撤回' },
  leadOffice: '门店申请删除的档案，12 小时内核实：属实就删除，不属实就写明原因退回。', leadStore: '本店向总部提出的删除申请，和总部的处理结果。',
  show: '筛选申请', waiting: '待核实', decided: '已处理', none: '没有等核实的删除申请', noneDecided: '还没有处理过的删除申请', noneText: '门店的客服经理、客服主管在客户详情里申请，总部在这里核实。',
  noneStore: '还没有申请过删除', noneStoreText: '查无此人、重复建档的档案，在客户详情里点“申请删除”。',
  gone: '资料已删除', by: '{{name}} 申请于 {{time}}', owner: '推荐人', nobody: '公共客户', visits: '消费次数', last: '上次消费', never: '从未来店', look: '查看档案',
  remove: '核实属实，删除', removeTitle: '删除 {{name}} 的档案', removeHow: '删除后不能恢复：', removeYes: '删除，不能恢复', sure: '我已核实：{{ground}}', needSure: '请先勾选，确认已经核实。',
  goes: { person: '姓名、号码、生日、地址、喜好，以及号码的预定和短信里的客人信息，全部清除', tie: '推荐人的归属当天结束', keeps: '消费次数、金额和推荐人的业绩保留，不再对应到人' },
  refuse: '不同意', refuseTitle: '不同意删除：{{name}}', refuseReason: '原因（门店能看到）', own: '自己提交的、或自己客户的申请，由别人办理', refusedBecause: '{{name}} 未同意：{{reason}}', decidedBy: '{{name}} 处理于 {{time}}',
  withdraw: '撤回申请', done: '已处理', waits: '已申请删除（{{ground}}）：{{reason}}', duplicateHint: '两份都是真的，请先核对留哪一份。',
}

export const legal = {
  lead: '客人依法可以查阅复制、更正、删除自己的信息。先登记，再核实身份，到期前办完。', new: '登记请求', newTitle: '登记客人的请求', kind: '客人要什么', number: '客人的手机号', numberHint: '客人说的号码，主号或其他本人号码都可以', needNumber: '请填客人的手机号。',
  channel: '怎么提出的', store: '在哪里提出', office: '总部', note: '客人怎么说（可不填）', noteHint: '如：单位改名了，请改过来', save: '登记',
  kinds: { copy: '查阅复制', correction: '更正', erasure: '删除' },
  kindHelp: { copy: '核实身份后下载一份 Excel 副本交给客人。', correction: '核实身份后写明改哪些栏目，交推荐人修改，照常审核。', erasure: '核实身份后在所有门店删除他的资料；由另一位同事复核办理。' },
  channels: { store: '到店', phone: '电话', letter: '书面', online: '网络', consent: '撤回建档授权' },
  states: { received: '待核实身份', verified: '待办理', done: '已办结', refused: '未同意' },
  show: '筛选请求', open: '办理中', closed: '已办结', none: '没有要办理的请求', noneClosed: '还没有办结的请求', noneText: '客人来电或到店要求查阅、更正、删除本人信息时，点“登记请求”。',
  by: '{{name}} 受理于 {{time}} · {{channel}}', at: ' · {{store}}', files: '他的档案', noFiles: '没有找到这个号码的档案。仍可办理：副本写明没有记录，删除会清除预定和短信里的信息。', erased: '号码已清除', pickFile: '查看 {{name}} 的档案（{{store}}）',
  verify: '核实身份', verifyTitle: '怎样核实的身份', verifyHow: '确认是客人本人，或他书面委托的人，再办理。', verified: '{{name}} 核实于 {{time}}：{{how}}', needHow: '请选择核实方式。',
  identities: { idCard: '核对身份证件', callback: '回拨登记号码', known: '员工当面认识', authorised: '授权委托书' },
  copy: '下载副本', copyHow: '副本只能下载一次：下载后请打印或发给客人，再从电脑上删除。', copyDone: '副本已下载',
  correct: '写明更正', correctTitle: '更正：改哪些栏目', correctHow: '勾选客人要改的栏目，写明改成什么。推荐人会收到消息，改好后照常审核；审核通过前原内容有效。', correctAt: '{{field}}改成什么', correctPick: '请勾选要更正的栏目。', correctNeed: '每个勾选的栏目都请写明改成什么，至少两个字。', correctSend: '交推荐人更正',
  correctLoose: '公共客户和还没通过的档案只发消息，由门店修改。',
  erase: '删除资料', eraseTitle: '删除客人的全部资料', eraseHow: '在企业的所有门店删除，不能恢复：', eraseFiles: '{{count}} 份档案：{{names}}', eraseNone: '没有档案；清除预定、账单和短信里的号码', eraseYes: '全部删除，不能恢复', eraseSure: '已核实身份，客人确认要删除', needSure: '请先勾选，确认客人要删除。',
  eraseOther: '删除不能由受理人自己办理，请另一位同事复核办理。', refuse: '不同意', refuseTitle: '不同意客人的请求', refuseReason: '原因（要答复客人）',
  result: { copy: '副本已交付，含 {{count}} 份档案', correction: '{{count}} 份档案已交推荐人更正', erasure: '{{count}} 份档案已删除' }, decidedBy: '{{name}} 办理于 {{time}}', refusedBecause: '未同意：{{reason}}', done: '已办理',
}

export const consent = {
  title: '授权', lead: '客人同意了什么、什么时候、看的是哪份文本。记录只增不改；撤回马上生效。',
  purposes: { file: '建立和保存档案', service: '服务短信', marketing: '营销短信' },
  purposeHelp: { file: '保存姓名、号码和喜好。', service: '预定通知等与他本人消费有关的短信。', marketing: '生日、节日、活动短信。' },
  never: '没有记录', given: '已同意', withdrawn: '已撤回', allowed: '现在可以发', stopped: '现在不发',
  line: '{{time}} · {{how}} · {{name}} 记录', hows: { person: '当面', phone: '电话', paper: '书面签字', online: '网络', message: '短信回复' },
  text: '读给客人的文本（第 {{version}} 版）', textFirst: '读给客人的文本（初始版）', version: '第 {{version}} 版文本', versionFirst: '初始文本',
  give: '记录同意', take: '记录撤回', giveTitle: '记录同意：{{purpose}}', takeTitle: '记录撤回：{{purpose}}', readIt: '请把下面的话读给客人，他同意了再记。', how: '客人怎么说的', needHow: '请选择客人怎么说的。', save: '记下',
  takeHow: '记下后马上生效，下一条短信就不发了。', takeFile: '客人不同意保存档案：总部会收到一份删除请求，核实是本人后删除他的资料。', opened: '已向总部提出删除请求。',
  history: '全部记录', historyNone: '还没有记录', historyNoneText: '客人同意或撤回时，在上面记下，这里就有一行。',
}

export const inbox = {
  title: '我的消息', lead: '系统告诉您的事：快到期的档案、总部的答复、客人的要求。', unread: '{{count}} 条未读', unreadMany: '99 条以上未读', markAll: '全部标为已读', none: '没有消息', noneText: '您的档案快到期、总部处理了您的申请、客人要求更正时，会在这里告诉您。', isUnread: '未读', someone: '一位客人',
  kinds: { storeMovePlanned: '有门店计划 {{date}} 起合并或闭店，等您批准', storeMoved: '{{name}}转到另一家门店维系', webhookFailed: '一个接口推送地址多日没有送达，已自动停用', assigned: '经理指派给您一位公共客户，{{date}} 前确认', atRisk: '{{name}}快要转为公共客户', atRiskSoon: '最后提醒：{{name}}快要转为公共客户', appealRaised: '{{name}}的原推荐人提出了申诉', appealDecided: '一项申诉有了结果', merged: '{{name}}的两份档案合并为一份，由一位推荐人维系', unmerged: '{{name}}的档案合并已撤销', ends: '{{name}}的档案还没提交，{{date}}会被删除', endsSoon: '最后提醒：{{name}}的档案{{date}}删除', gone: '一份长期没提交的档案已经删除', decided: '总部处理了您的删除申请', correction: '客人要求更正：{{name}}', lost: '{{name}}已转为公共客户', returned: '{{name}}恢复由您维系', offered: '一位公共客户由您认养，请确认', lapsed: '认养没有及时确认，客人仍是公共客户', bookingGiven: '{{date}} 的一个预定更正到您名下', bookingTaken: '{{date}} 的一个预定不再记在您名下', bookingsMoved: '门店合并：您登记的预定（最早 {{date}}）转到了合并后的门店', bookingsCalledOff: '门店停业：您登记的预定（最早 {{date}}）已取消', noticeDoubted: '{{date}} 的一次当面告知，核实存疑', refundParked: '{{date}} 的一笔退款，一天过去还没有收到原账单' }, more: '另有 {{count}} 位。',
  acts: { storeMovePlanned: '看计划，批准或撤回', storeMoved: '门店合并或闭店，看归属经过', webhookFailed: '看对方的回答，修好后重新启用', assigned: '确认，核对档案', atRisk: '流失提醒，看怎样留住', atRiskSoon: '流失提醒，看怎样留住', appealRaised: '看归属经过', appealDecided: '看裁定', merged: '去看推荐人和消费', unmerged: '去看推荐人和消费', ends: '去补齐并提交', gone: '90 天没有提交审核，按规定删除', decided: '看处理结果', correction: '去档案里修改', lost: '看依据，不服可申诉', returned: '看更正的依据', offered: '看依据，确认认养', lapsed: '看依据和经过', bookingGiven: '订单人已更正，看预定', bookingTaken: '订单人已更正，看预定', bookingsMoved: '没有位置的请安排，没有号码的请告诉客人', bookingsCalledOff: '没有号码的请打电话告诉客人', noticeDoubted: '看预定，订单人有误的请当天更正', refundParked: '请让收银补传原账单，或作废退款' },
  today: { sentBack: '份档案被退回，等您修改', ending: '份档案快到期，不提交就会删除', endingFirst: '最早 {{date}} 删除', changesLate: '份变更申请超时', changes: '份变更申请待处理', deletionsLate: '份删除申请超时', deletions: '份删除申请待核实', guestsLate: '份客人请求超期', guests: '份客人请求待办理', unread: '条未读消息' },
}

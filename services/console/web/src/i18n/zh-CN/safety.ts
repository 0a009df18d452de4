/** Words of complete days, go-live and the brake (RUL-06 to RUL-08). */
export const safety = {
  waits: '归属任务在等的门店', waiting: '等营业日完整', catchingUp: '正在补上', braked: '等总部处理',
  dayWhy: '{{date}}的营业日不完整，{{from}}起的归属任务在等：', brakeWhy: '{{date}}的“{{rule}}”要转出的客户过多，已停下等总部看名单。',
  catchWhy: '正从{{from}}起逐日补上归属任务，不用处理。',
  toDays: '去补齐', toBrakes: '看停下的任务',
  brakes: '停下的任务（刹车）', open: '等总部处理', released: '已放行', stopped: '已跳过', decide: '看名单，处理', look: '看名单',
  weighed: '要转出 {{releases}} 位，门店共维系 {{ties}} 位；前 {{runs}} 次共转出 {{released}} 位。', decided: '{{name}}：{{reason}}',
  decideHow: '放行：按现在的事实转出名单上的客户，门店随后补上之后的任务。跳过：这一次不转出任何人，规则下次照常执行。', reason: '原因', reasonHint: '例如：名单逐位核对过，情况属实', needReason: '请写明原因', release: '放行', stop: '跳过这一次',
  nobody: '不会转出或认养任何客户', total: '共 {{count}} 位', public: '公共客户',
  liveLead: '上线日之前，归属和考核规则在这家门店只预览，不改变任何归属；接管来的维系关系从上线日起算（RUL-06）。', liveSince: '{{date}}起已上线', liveFrom: '{{date}}上线', notLive: '未上线：规则只预览', liveDate: '上线日期（最早明天）', setLive: '设为上线日', takeBack: '撤回上线日', preview: '上线那天会发生什么', liveTab: '上线',
  daysLead: '预定都已办结、日结对得上，营业日才完整；归属任务只执行到最后一个完整的营业日（RUL-07）。', incomplete: '不完整', allComplete: '营业日都完整', allCompleteText: '{{from}}到{{to}}没有缺什么。',
  mendBookings: '请到预定里办结：离席、取消或未到。', mendTill: '请收银系统补传账单或日结。', toBookings: '去办结预定', declare: '确认完整', declareHow: '确认后，归属任务把这一天当作完整，不再等。确认不能撤回。', declareHint: '例如：停电，手工记账，已核对', declaredDays: '已确认完整的营业日', byFor: '{{name}} 代 {{holder}}',
  works: '停业', closed: '停业', worksText: '停业的日子不等日结，也不计入客户未到店的三个月；还没办结的预定仍要处理。', tills: '报日结的收银系统', tillSince: '{{date}}起每天报', tillGone: '{{date}}起停用', retire: '登记停用', retireTitle: '这台收银系统不再使用？', retireText: '之后的营业日不再等它的日结；它再报时会自动恢复。',
}

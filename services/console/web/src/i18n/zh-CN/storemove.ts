/** Words of stores that merge or close (HND-08). */
export const storeMove = {
  title: '门店合并与闭店', open: '门店合并与闭店', back: '返回门店合并与闭店',
  lead: '一家门店并入另一家，或者闭店后客户转到别店。维系关系连同开始日期一起转移，休眠和离岗的时间都接着算。',
  list: '门店合并与闭店', none: '还没有合并或闭店', noneText: '门店要关时先在这里计划：看清会转移什么、还差什么，由另一位同事批准，到日子自动办理。',
  start: '计划合并或闭店', kinds: { merge: '合并', close: '闭店' },
  kindTexts: { merge: '员工和客户都转到另一家门店', close: '每位推荐人的客户交给其他门店的同事' },
  fromTo: '{{from}} → {{to}}', on: '{{date}} 起', states: { planned: '待批准', approved: '已批准，等到日子', moving: '正在转移', done: '已办完', withdrawn: '已撤回', preview: '还没提交' },
  form: {
    title: '计划合并或闭店', sub: '先看预览，不会改动任何东西', store: '要关的门店', to: '转到哪家门店', toClose: '公共客户和未建完的档案转到', kind: '怎么办', on: '从哪天起关', reason: '原因', reasonHint: '例如：租约到期',
    choose: '请选择', needStore: '请选择要关的门店。', needTo: '请选择转到哪家门店。', needOn: '请选择明天以后的日期。', needReason: '请写明原因。', submit: '提交，等同事批准', onHelp: '这一天起门店不再接受预定；之前的账单以后补来也照收。',
  },
  who: { title: '推荐人和客户去向', goes: '去向', files: '{{count}} 位', held: '{{count}} 位交接中', along: '随店转移', store: '{{name}} 的客户转到', receiver: '{{name}} 的接收人', self: '本人（随客户转去）', missing: '还没安排', left: '已离职', none: '这家门店没有推荐人维系的客户。', to: '{{store}} · {{name}}' },
  what: { title: '会转移什么', owned: '有推荐人的客户', public: '公共客户', drafts: '没建完的档案', reviews: '等待审核', offers: '认养、认领、指派中', appeals: '申诉中', conflicts: '归属争议', handovers: '交接单办理中', custodies: '代管中', people: '在岗员工', twins: '两店都有档案的客人', bookings: '以后的预定' },
  twinsText: '同一个号码在一家店只有一份档案：两店都有的客人，以转去的店那一份为准，不会有两位推荐人。',
  blocks: {
    title: '批准前要办完', none: '没有拦住的事，可以批准。',
    bookings: '{{count}} 个预定的餐段，那家店不营业（下面标红）：请先与客人改期或取消', referrer: '{{count}} 位推荐人的客户还没安排去向', receiver: '{{count}} 位接收人到时不在那家店可维系客户的岗位上', twin: '{{count}} 位客人在那家店有没审核完的档案：先审核或让建档人放弃', move: '转去的门店已闭店，或也在计划关闭', waiting: '门店有营业日没对完账，先在“营业日”补齐',
  },
  book: {
    title: '以后的预定', merges: '合并当天一起转过去，短信告诉客人；原来的包间和桌位尽量换成那边空着的、坐得下的。', closes: '批准后取消，短信向客人致歉；想改到别店的客人，请在批准以前联系好。',
    unplaced: '{{count}} 个转过去以后要人工安排包间或桌位。', untold: '{{count}} 个没有登记号码，发不了短信，请订单人告诉客人。', more: '另有 {{count}} 个。', guests: '{{count}} 位', by: '{{name}} 订', tell: '要当面或电话告诉',
  },
  fates: { placed: '已有空位', unplaced: '到店后安排位置', shut: '那家店不营业', calledOff: '将取消', along: '一起转去' },
  approveCarries: '{{count}} 个以后的预定当天一起转过去，并短信告诉客人。', approveCallsOff: '{{count}} 个以后的预定会在批准后的下一个清晨取消，上午短信告诉客人；在那以前撤回，就不会取消。', withdrawCalledOff: '已经取消的 {{count}} 个预定不会恢复，请与客人重新预定。',
  acts: { approve: '批准', withdraw: '撤回' }, approveTitle: '批准{{kind}}？', approveText: '{{date}} 起 {{store}} 不再接受预定；当天凌晨自动转移 {{count}} 位客户。开始以前可以撤回。', withdrawTitle: '撤回这个计划？', withdrawText: '撤回后 {{store}} 照常接受预定。',
  own: '由总部另一位同事批准。', planned: '{{name}} 计划', approved: '{{name}} 批准',
  progress: { title: '进度', of: '{{moved}} / {{files}} 份档案', ties: '{{count}} 位客户仍由原推荐人维系', passed: '{{count}} 位客户转交新接收人', doubles: '{{count}} 位客人以转去的店那份档案为准', stuck: '{{count}} 位客人等那边的档案审核完，每天自动再试；期间不会转为公共', posts: '{{count}} 个岗位已转移或结束', on: '{{date}} 转移', bookings: '{{count}} 个以后的预定转了过去', calledOff: '{{count}} 个以后的预定已取消，并通知客人', unplaced: '{{count}} 个预定转过去时没有空位，请那边安排', untold: '{{count}} 个预定没有号码，请订单人告诉客人' },
}

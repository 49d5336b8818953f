// How Chinese characters sound, from the browser's own collation: it sorts by pinyin, so the first
// common character of every syllable in that order tells the syllables apart.

const FIRSTS = [
  '吖哎安肮凹八掰扳邦勹卑奔崩逼边灬憋玢冫拨逋嚓猜参仓操册岑噌叉拆觇伥抄车抻柽吃充抽出揣巛疮吹春踔呲匆凑粗汆崔村搓哒',
  '呆丹当刀得灯氐嗲掂刁爹丁丢东都嘟端堆吨多婀诶恩儿发帆匚飞分丰缶夫旮该甘冈皋戈给根庚工勾估瓜乖关光归丨呙哈咳顸夯蒿',
  '诃黑痕亨轰侯乎花怀欢肓灰昏耠丌加戋江艽阶巾京冂纠居娟噘军咔开刊康尻苛肯吭空抠枯夸蒯宽匡亏坤扩垃来兰啷捞仂雷塄哩俩',
  '奁良撩咧拎伶溜龙娄噜驴掠妈埋颟邙猫么枚门虻咪宀喵乜民名谬摸哞毪拿乃囡囔孬疒馁恁能嗯妮拈娘鸟捏您宁妞农耨奴女疟喔讴',
  '趴拍潘乓抛呸喷怦丕偏剽氕姘乒钋掊仆七掐千呛悄且亲青邛丘区悛炔逡蚺禳娆惹人扔日戎柔如阮蕤闰若仨塞三桑搔色森僧杀筛山',
  '伤捎奢谁申升尸收书刷衰闩双水吮说厶忪嗖苏狻虽孙唆他胎坍汤涛忑疼剔天佻帖厅通偷凸湍推吞乇挖歪弯尢危温翁挝乌夕呷仙乡',
  '枭些心星凶休吁轩削勋丫恹央幺掖一因应哟佣优纡鸢曰晕匝灾糌赃遭则贼怎增扎斋沾张钊蜇贞争之中州朱抓拽专妆隹肫拙孜宗邹',
  '租钻嘴尊嘬',
].join('');
const SOUNDS = [
  'a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao',
  'ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chuai chuan chuang chui chun',
  'chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de deng di dia dian diao die ding diu dong',
  'dou du duan dui dun duo e ei en er fa fan fang fei fen feng fou fu ga gai gan gang gao ge gei gen',
  'geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen heng hong hou hu hua',
  'huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan',
  'kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei leng li',
  'lia lian liang liao lie lin ling liu long lou lu lv lve ma mai man mang mao me mei men meng mi mian',
  'miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ng ni nian niang niao nie nin',
  'ning niu nong nou nu nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou',
  'pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong',
  'rou ru ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng',
  'shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang',
  'tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi',
  'xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong',
  'you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhen zheng zhi',
  'zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo',
].join(' ').split(' ');
const APART = new Map([
  '呒wu 娈luan 孪luan 峦luan 挛luan 栾luan 鸾luan 脔luan 滦luan 銮luan 卵luan 乱luan 抡lun 仑lun 伦lun 囵lun 沦lun 纶lun',
  '轮lun 论lun 罗luo 猡luo 脶luo 萝luo 逻luo 椤luo 锣luo 箩luo 骡luo 镙luo 螺luo 倮luo 裸luo 瘰luo 蠃luo 泺luo 洛luo 络luo',
  '荦luo 骆luo 珞luo 落luo 摞luo 漯luo 雒luo 暖nuan 挪nuo 傩nuo 诺nuo 喏nuo 搦nuo 锘nuo 懦nuo 糯nuo 长chang 地di',
].join(' ').split(' ').map((pair) => [pair[0], pair.slice(1)]));

const heads = Array.from(FIRSTS);
const order = new Intl.Collator(['zh-Hans-CN', 'zh-CN']);
const isSorted = order.compare('阿', '八') < 0 && order.compare('八', '擦') < 0 && order.compare('夕', '丫') < 0;

const known = new Map();
/** The syllable of a character, or the character itself where it has none. */
function sound(letter) {
  let said = known.get(letter);
  if (said === undefined) {
    said = syllable(letter);
    known.set(letter, said);
  }
  return said;
}

function syllable(letter) {
  if (!isSorted || !/[\u3400-\u9fff]/.test(letter)) return letter.toLowerCase();
  if (APART.has(letter)) return APART.get(letter);
  let low = 0;
  let high = heads.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (order.compare(letter, heads[middle]) >= 0) low = middle;
    else high = middle - 1;
  }
  return SOUNDS[low];
}

/** A name's pinyin in one word, where its syllables start, and its initials; null without Chinese. */
export function spelled(name) {
  if (!/[\u3400-\u9fff]/.test(name)) return null;
  const starts = [];
  let full = '';
  let initials = '';
  for (const letter of name.replace(/[^\p{L}\p{N}]/gu, '')) {
    const said = sound(letter);
    starts.push(full.length);
    full += said;
    initials += said[0];
  }
  return { full, starts, initials };
}

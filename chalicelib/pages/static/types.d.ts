// What the scripts of the pages get from the server, for `tsc` alone: nothing of it is sent.

// --- an import of orders (POST /v1/imports/ID/read, /run, GET /rows) -----------------------------

interface ImportCounts {
  new: number;
  already: number;
  refused: number;
  not_for_shipping: number;
  stopped?: number;
  unable?: number;
}

// text: what will be packed, in words
interface ImportPack {
  offer_id: string;
  title: string;
  text: string;
  warnings: string[];
}

interface ImportRow {
  number: string;
  rows: number[];
  what: string;
  code: string | null;
  order_id: string | null;
  reason: string;
  doubt: string | null;
  items: string[];
  packs: ImportPack[];
  total_fen: number | null;
  buyer: { name: string; phone: string; province: string; city: string } | null;
}

interface ImportItem {
  title: string;
  sku: string;
  orders: number;
  packs: number;
  offer_id: string | null;
  likely_offer_id: string | null;
  pack: ImportPack | null;
  sells: boolean;
}

interface ImportReading {
  notes: string[];
  sheets: { name: string; rows: number; read: boolean; hidden: boolean }[];
  platform: string | null;
  columns: { heading: string; field: string | null }[];
  missing: string[];
  numbers_of_group: boolean;
  items: ImportItem[];
  preview: ImportCounts;
  rows: ImportRow[];
  total: number;
}

// --- packing ------------------------------------------------------------------------------------------

// instead: of each batch that could be taken, the plan that takes it.
interface PackingOrder {
  id: string;
  number: string;
  batches: string[];
  instead: { [batch: string]: string };
}

interface PackingConfig {
  words: { [key: string]: string };
  lots: { [batch: string]: string };
  orders: PackingOrder[];
  blocked: string[];
}

// --- waybills from a file (POST /v1/waybills/read) -------------------------------------------------

interface WaybillColumn {
  column: string;
  heading: string;
  example: string;
  means: string | null;
}

interface DeliveryReading {
  rows: { parcel: string; waybill: string; state: string | null }[];
  notes: string[];
}

interface WaybillReading {
  asks: string[];
  columns: WaybillColumn[];
  rows: { parcel: string; carrier: string; waybill: string }[];
  notes: string[];
}

type Chosen = { [part: string]: string };

// --- a scan (POST /t/CODE/scans) --------------------------------------------------------------------

interface ScanAnswer {
  count: number;
  level: 'normal' | 'notice' | 'suspect';
}

interface TraceConfig {
  path: string;
  at: number;
  count: number;
  claim: boolean;
  once: string;
  times: string;
  first: string;
  nth: string;
  offline: string[];
  offlineBar: [string, string][];
  suspect: string[];
  suspectBar: [string, string][] | null;
  notice: string[];
}

// --- paying in WeChat's own browser, which gives this to its pages ------------------------------------

interface Window {
  WeixinJSBridge: {
    invoke(name: string, params: any, done: (result: { err_msg: string }) => void): void;
  };
}

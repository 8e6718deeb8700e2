// What the field's scripts hand to each other, for `tsc` alone: nothing of it is sent.

// --- what the server tells (GET /cadre/data and the API) ----------------------------------------

type BatchState = 'registered' | 'passed' | 'held' | 'recalled' | 'closed';
type Move = 'hold' | 'release' | 'recall';
type Verdict = 'pass' | 'fail';

interface Metric {
  key: string;
  name: string;
  unit: string | null;
  operator: 'lt' | 'le' | 'gt' | 'ge' | 'absent' | null;
  limit: number | null;
  required: boolean;
  method: string;
}

interface Plan {
  sample_size: string;
  metrics: Metric[];
}

interface Product {
  id: string;
  name: string;
  name_en: string;
  grade: string;
  unit: 'g' | 'piece';
  village_id: string | null;
  inspection_plan: Plan;
}

// local: as of a Batch.
interface Producer {
  id: string;
  display_name: string;
  village_id: string;
  local?: string;
}

interface ServerBatch {
  id: string;
  lot: string;
  product_id: string;
  producer_id: string;
  quantity: number;
  unit: 'g' | 'piece';
  harvested_on: string;
  plot: string;
  note: string;
  recorded_at: string;
  state: BatchState;
  reason: string;
}

interface Measurement {
  metric: string;
  name?: string;
  unit?: string | null;
  value?: number;
  below_detection?: boolean;
}

interface ServerTest {
  id: string;
  tested_at: string;
  stage: string;
  measurements: Measurement[];
  photos: string[];
  photos_waiting: unknown[];
  verdict: Verdict | null;
  note: string;
  sample_size?: string;
  lab?: string;
  supersedes?: string | null;
  superseded_by?: string | null;
  inspector?: string;
  inspector_name?: string;
}

interface FieldData {
  id: string;
  name: string;
  csrf: string;
  products: Product[];
  producers: Producer[];
  villages: { id: string; name: string }[];
  trainings: { method: string; valid_until: string }[];
  batches: ServerBatch[];
  // Since 0.5: by product, or product and grower, below and above which a quantity is asked about,
  // with the usual one between; and the day before which a harvest is.
  usual?: { [key: string]: [number, number, number] };
  long_ago?: string;
}

// A refusal (RFC 9457) or an answer: each has but some of these.
interface Content {
  id?: string;
  code?: string;
  detail?: string;
  errors?: FieldError[];
  state?: BatchState;
  photo_id?: string;
  uploaded?: boolean;
  upload?: { method: string; url: string; headers: { [name: string]: string } } | null;
  verdict?: Verdict;
  [more: string]: any;
}

interface FieldError {
  field: string;
  message: string;
}

// status 0: there was none.
interface Answer {
  status: number;
  body: Content | null;
  retryAfter: number;
}

// --- what waits on the phone (queue.js) ------------------------------------------------------------

interface CommonRecord {
  v: number;
  key: string;
  id: string;
  account: string;
  needs: string[];
  made: number;
  offset?: number;
  since?: number;
  doubt?: boolean;
  body: string | null;
  state: 'waiting' | 'sent' | 'refused';
  tries: number;
  notBefore: number;
  status?: number;
  stale?: boolean;
  why: string;
  code: string;
  errors: FieldError[];
  sentAt: number;
  answer?: Content | null;
  what: string;
  batch: string;
}

interface BatchDraft {
  lot: string;
  product_id: string;
  producer_id: string;
  harvested_on: string;
  quantity: number;
  plot: string;
  note: string;
  confirmed?: string[];
}

// Names that begin with _ stay on the phone.
interface TestDraft {
  stage: string;
  tested_at: string;
  sample_size: string;
  lab: string;
  note: string;
  measurements: Measurement[];
  photos: string[];
  supersedes: string;
  _photos: TakenPhoto[];
  _verdict: Verdict | null;
}

interface TakenPhoto {
  id: string;
  size: number;
  sha256: string;
}

interface HouseholdDraft {
  village_id: string;
  kind: string;
  display_name: string;
  household_code: string;
}

interface HouseholdRecord extends CommonRecord {
  kind: 'household';
  draft: HouseholdDraft;
}

interface BatchRecord extends CommonRecord {
  kind: 'batch';
  draft: BatchDraft;
}

interface TestRecord extends CommonRecord {
  kind: 'inspection';
  draft: TestDraft;
}

interface MoveRecord extends CommonRecord {
  kind: 'move';
  move: Move;
  draft: { reason: string };
}

interface PhotoRecord extends CommonRecord {
  kind: 'shot' | 'bytes';
  draft: { content_type: string; size: number; sha256: string };
}

type FieldRecord = HouseholdRecord | BatchRecord | TestRecord | MoveRecord | PhotoRecord;
type Kind = FieldRecord['kind'];
type Draft = FieldRecord['draft'];

// What an answer makes of a record; halt: someone has to sign in, or a token is fetched anew.
interface Settled {
  record: FieldRecord;
  halt: 'sign_in' | 'refresh' | null;
}

// Everything outside that sync.js needs.
interface Env {
  language: string;
  lost: string;
  tooLarge: string;
  all(): FieldRecord[];
  fix(
    record: FieldRecord,
    bodyOf: (record: FieldRecord) => string
  ): Promise<FieldRecord | 'full' | null>;
  save(record: FieldRecord): Promise<boolean>;
  fetch(url: string, options: RequestInit): Promise<Response>;
  now(): number;
  random(): number;
  later(act: () => void, wait: number): number;
  never(timer: number): void;
  account(): string;
  csrf(): string;
  offset(): number;
  bytes(photo: string): Promise<Uint8Array<ArrayBuffer> | null>;
  freed(photo: string): Promise<unknown>;
  refresh(): Promise<boolean>;
  sending(key: string): void;
}

// --- the phone's store --------------------------------------------------------------------------------

// The part of an IDBObjectStore that is used, which memory can play.
interface Rows {
  put(value: unknown, key: string): unknown;
  delete(key: string): unknown;
  get(key: string): IDBRequest<any>;
  getAllKeys(): IDBRequest<any[]>;
  getAll(): IDBRequest<any[]>;
  readonly transaction: IDBTransaction;
}

type Database = <T>(mode: IDBTransactionMode, use: (rows: Rows) => T | Promise<T>) => Promise<T>;

interface KeptClock {
  offset: number;
  since: number;
  doubt?: boolean;
  at: number;
}

interface KeptDraft {
  subject: string;
  values: Values;
}

interface Kept {
  records: FieldRecord[];
  draft: { [accountAndRoute: string]: KeptDraft };
  last: { [accountAndProduct: string]: Values };
  data?: { data: FieldData; etag: string };
  seen?: { [batch: string]: ServerTest[] };
  clock?: KeptClock;
  phone?: string;
  opened?: boolean;
  strays?: { [photo: string]: number };
}

// --- what is shown -------------------------------------------------------------------------------------

type Child = Node | string | number | null | undefined | Child[];
// The element of a tag such as 'p.quiet'.
type Made<Tag extends string> = Tag extends keyof HTMLElementTagNameMap
  ? HTMLElementTagNameMap[Tag]
  : Tag extends `${infer Name extends keyof HTMLElementTagNameMap}.${string}`
    ? HTMLElementTagNameMap[Name]
    : HTMLElement;
type Attributes = { [name: string]: unknown };
interface MakeElement {
  <Tag extends string>(tag: Tag, ...children: Child[]): Made<Tag>;
  <Tag extends string>(tag: Tag, attributes: Attributes, ...children: Child[]): Made<Tag>;
  (tag: string, ...rest: any[]): any;
}

interface Shown {
  body: Child;
  bar: (HTMLElement | null)[];
}

// at: ms since 1970; local: '' or the state of the record that has not reached the server.
interface Batch extends Omit<ServerBatch, 'recorded_at' | 'unit'> {
  unit?: 'g' | 'piece';
  at: number;
  local: string;
}

interface Test extends ServerTest {
  at: number;
  local: string;
}

// What is typed into a form, by the names of its fields.
type Values = { [name: string]: any };
type Errors = { [name: string]: string };

interface Read {
  errors?: Errors;
  draft?: any;
  [more: string]: any;
}

interface FormOptions {
  route: string;
  title: string;
  subject: string;
  values: Values;
  back: string;
  above: Child;
  stop?: boolean;
  confirm?: string;
  draw(values: Values, errors: Errors, form: FormHandle): Child;
  read(values: Values): Read;
  live?(values: Values, holder: HTMLFormElement): void;
  ask?(made: Read): string;
  save(made: Read): Promise<string | true>;
}

// What a field of a form may do to the whole of it.
interface FormHandle {
  values: Values;
  busy: Promise<unknown>;
  redraw(): void;
}

interface Found {
  batches?: Batch[];
  words?: string;
  why?: string;
}

interface GreyPicture {
  width: number;
  height: number;
  bytes: Uint8Array<ArrayBuffer>;
}

interface FieldConfig {
  texts: { [key: string]: string };
  reasons: { [move in Move]: string[] };
  language: 'zh-CN' | 'en';
  amount: string;
  later: string;
  metrics: { [key: string]: string };
}

// Not in every browser, and not in the types of one (Shape Detection API).
declare class BarcodeDetector {
  static getSupportedFormats(): Promise<string[]>;
  constructor(options: { formats: string[] });
  detect(image: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

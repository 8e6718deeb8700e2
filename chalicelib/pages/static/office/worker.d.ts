// What templates/office/worker.js puts before keeping.js.
declare const cache: string;
declare const files: string[];
declare const page: string;

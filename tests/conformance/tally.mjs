// Counts what passed and what failed, and says which.
const shown = 10;

export class Tally {
    passed = 0;
    failed = 0;

    /** One check: true, or no complaints. */
    check(sentence, outcome) {
        const complaints = Array.isArray(outcome) ? outcome : outcome === true ? [] : [String(outcome)];
        const passed = complaints.length === 0;
        ++this[passed ? 'passed' : 'failed'];
        console.log(`${passed ? 'ok    ' : 'FAILED'} ${sentence}`);
        for (const complaint of complaints.slice(0, shown)) console.log(`         ${complaint}`);
        if (complaints.length > shown) console.log(`         and ${complaints.length - shown} more`);
    }

    equal(sentence, is, wanted) {
        this.check(sentence, is === wanted || `${is} instead of ${wanted}`);
    }

    close() {
        console.log(`${this.passed} passed, ${this.failed} failed`);
    }
}

"""Items go to Label Studio and to spaCy and come back as they were."""

import spacy

from training.corpus import describe, docbin, label_studio


def test_label_studio_round_trip():
    items = describe.read("messages")
    assert [label_studio.from_task(label_studio.to_task(i)) for i in items] == items


def test_a_task_shows_the_spans_and_the_conversation():
    item = next(i for i in describe.read("messages") if i["spans"] and i["context"])
    task = label_studio.to_task(item)
    who, age, text = item["context"][0]
    assert task["data"]["conversation"].splitlines()[0] == f"{who} {age}: {text}".splitlines()[0]
    marked = [r["value"] for r in task["annotations"][0]["result"] if r["type"] == "labels"]
    assert [item["text"][v["start"] : v["end"]] for v in marked] == [w for _, w in item["spans"]]


def test_docbin_round_trip():
    items = describe.read("messages")[:600]
    assert list(docbin.from_bytes(docbin.to_bytes(items))) == items


def test_a_doc_carries_labels_and_evidence():
    item = next(i for i in describe.read("messages") if i["O"] == 2 and i["spans"])
    doc = docbin.to_doc(item, spacy.blank("en"))
    assert doc.text == item["text"]
    assert (doc.cats["ACTS"], doc.cats["NEUTRAL"], doc.cats["O>=2"]) == (1.0, 0.0, 1.0)
    for span, (label, words) in zip(doc.spans["evidence"], item["spans"], strict=True):
        assert span.label_ == label
        assert words.split()[0][:3] in span.text

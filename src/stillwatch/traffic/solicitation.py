"""Asking for answers that are shaped to train on: the phrases, by kind and language.

A match says what kind of answer was asked for, not that the asking is wrong: tutors, judges and tools ask the same.
The kinds follow what disclosed campaigns wanted (full reasoning, rubric scores, safe rewrites, fixed training formats).
"""

from __future__ import annotations

import enum
from typing import Final

import numpy as np

from stillwatch.traffic import coercion
from stillwatch.traffic.scratch import (
    ENDING_WORDS,
    KIND_BITS,
    LEXICON_SLOTS,
    MAX_PHRASE_WORDS,
    SIZE_PLACES,
    Lexicon,
)
from stillwatch.traffic.walk import mark_ending, phrase_hash


class Kind(enum.IntFlag):
    """Kinds of training-shaped answers; the values are the bits kept per exchange."""

    REASONING = 1  # show the steps
    TRACE = 2  # write down the hidden thinking itself; not by phrases, see `traffic.coercion`
    RUBRIC = 4  # grade by a scheme
    REWRITE = 8  # say it again, otherwise
    FORMAT = 16  # answer in a machine-readable frame
    VARIANTS = 32  # several versions, diverse samples
    THOROUGH = 64  # leave nothing out
    UNHEDGED = 128  # no refusal, no disclaimer
    DATASET = 256  # says that data is being made
    EXPERT = 512  # plays an expert
    TOOLS = 1024  # plan, call tools, observe
    PREFERENCE = 2048  # which of two answers is better


_PHRASES: Final[dict[Kind, str]] = {
    Kind.REASONING: """
        step by step|step-by-step|show your work|show your reasoning|explain your reasoning|reason through|
        show all steps|each step|every step|intermediate steps|think through|justify each|derive the|walk through|
        schritt für schritt|lösungsweg|begründe jeden|denkweg|étape par étape|raisonnement détaillé|chaque étape|
        paso a paso|cada paso|razonamiento completo|explica tu razonamiento|passo a passo|cada passo|passo dopo passo|
        шаг за шагом|по шагам|каждый шаг|ход рассуждений|一步一步|逐步|分步|推理过程|解题步骤|详细推理|
        ステップ|段階的に|手順を|推論過程|단계별로|단계적으로|풀이 과정|خطوة بخطوة|خطوات الحل|चरण दर चरण|कदम दर कदम|
        adım adım|krok po kroku|stap voor stap|langkah demi langkah|từng bước""",
    Kind.RUBRIC: """
        rubric|score from|on a scale|scale of|rate the|rate each|grade the|grading|score each|criteria|criterion|
        assign a score|points for|out of ten|out of 10|overall score|justify the score|evaluate the response|
        bewerte|bewertungskriterien|bewertungsschema|punkte für|note de|barème|évalue la|critères|puntúa|rúbrica|
        califica|criterios|escala de|avalie|critérios|pontuação|оцени|критерии|оценку от|评分|打分|评分标准|评分细则|
        評価基準|採点|点数|채점|평가 기준|점수를|قيّم|معايير|मूल्यांकन|अंक दें|puanla|oceń""",
    Kind.REWRITE: """
        rewrite|rephrase|paraphrase|reword|restate|in other words|alternative wording|neutral tone|without changing|
        preserving the meaning|same meaning|umformuliere|formuliere|anders ausdrücken|reformule|reformuler|reescribe|
        reformula|parafrasea|reescreva|reformule|перефразируй|перепиши|改写|重写|换种说法|言い換え|書き直し|
        다시 써|바꿔 써|أعد صياغة|पुनः लिखें|फिर से लिखें|yeniden yaz|przepisz""",
    Kind.FORMAT: """
        json object|valid json|as json|json with|json format|output only|respond only|return only|exactly the following|
        the following format|fields named|key value|xml tags|in tags|csv format|one per line|jsonl|nur json|als json|
        folgendes format|format suivant|au format|en formato|formato siguiente|no formato|в формате|以下格式|
        json格式|只输出|仅输出|形式で出|のみ出力|형식으로|بصيغة|प्रारूप में""",
    Kind.VARIANTS: """
        different versions|alternative versions|diverse examples|several variants|generate ten|generate five|
        generate three|five variations|three variations|multiple solutions|another solution|alternative solutions|
        two different ways|different approaches|verschiedene varianten|mehrere varianten|plusieurs variantes|
        varias versiones|variantes diferentes|várias versões|несколько вариантов|多个版本|不同版本|多种解法|
        複数の|여러 버전|عدة نسخ|कई संस्करण""",
    Kind.THOROUGH: """
        in full detail|as detailed as|be exhaustive|do not skip|don't skip|without skipping|leave nothing out|
        do not omit|complete solution|full derivation|every assumption|all assumptions|edge cases|in detail|
        ausführlich|vollständig|lückenlos|überspringe nichts|en détail|sans rien omettre|exhaustif|con todo detalle|
        sin omitir|em detalhe|sem omitir|подробно|ничего не пропуская|полностью|详细|完整|不要省略|不要跳过|
        詳しく|省略せず|자세히|빠짐없이|بالتفصيل|विस्तार से""",
    Kind.UNHEDGED: """
        do not refuse|no disclaimers|without disclaimers|no warnings|do not mention|never mention|as an ai|
        avoid disclaimers|no preamble|no apologies|keine hinweise|ohne hinweise|sans avertissement|
        sin advertencias|sem avisos|без предупреждений|без оговорок|不要拒绝|不要提及|免责声明|断らず|
        注意書き|경고 없이|دون تحذيرات|बिना चेतावनी""",
    Kind.DATASET: """
        training data|training example|training set|dataset|data set|fine-tuning|fine tuning|fine-tune|student model|
        instruction data|synthetic data|ground truth|gold answer|reference answer|annotation|label the|
        trainingsdaten|datensatz|données d'entraînement|jeu de données|datos de entrenamiento|
        conjunto de datos|dados de treinamento|обучающие данные|датасет|训练数据|数据集|标注|学習デー|
        タセット|훈련 데이터|데이터셋|بيانات التدريب|प्रशिक्षण डेटा""",
    Kind.EXPERT: """
        you are an|you are a|act as|as an expert|world-class|senior|du bist ein|du bist eine|agiere als|tu es un|
        vous êtes|agis comme|eres un|actúa como|você é um|aja como|ты эксперт|вы эксперт|представь что ты|
        你是一|你是一名|扮演|あなたは|として|당신은|أنت خبير|आप एक""",
    Kind.TOOLS: """
        call the tool|use the tools|available tools|tool call|function call|next action|observation|
        plan the|list the actions|action input|werkzeug|rufe das|appelle l'outil|outils disponibles|
        herramientas disponibles|llama a la|ferramentas disponíveis|вызови инструмент|доступные инструменты|
        调用工具|可用工具|下一步|ツールを|도구를|الأدوات|उपकरण""",
    Kind.PREFERENCE: """
        which response is|which answer is|response a|response b|answer a|answer b|better response|preferred response|
        choose the better|compare the two|welche antwort|antwort a|quelle réponse|qué respuesta|cuál es mejor|
        qual resposta|какой ответ|ответ лучше|哪个回答|更好回答|どちらの|어느 답변|أي إجابة|कौन सा उत्तर""",
}


def phrases() -> dict[Kind, tuple[str, ...]]:
    """The phrases by kind, lower-cased, hyphens as spaces, as the text pass sees them."""
    result = {}
    for kind, block in _PHRASES.items():
        words = (" ".join(p.replace("-", " ").replace("'", "").split()) for p in block.split("|"))
        result[kind] = tuple(dict.fromkeys(p.lower() for p in words if p))
    return result


def lexicon(key: int) -> Lexicon:
    """The phrases, and the parts of a demand for hidden reasoning, as the text pass looks for them under this key.

    Raises:
        ValueError: a phrase has more than four words, which the pass cannot match.
    """
    made = Lexicon(
        np.zeros(ENDING_WORDS, dtype=np.uint64),
        np.zeros(SIZE_PLACES, dtype=np.uint8),
        np.zeros(LEXICON_SLOTS, dtype=np.uint64),
        np.zeros(LEXICON_SLOTS, dtype=np.uint32),
        coercion.points(),
    )
    for kind, entries in phrases().items():
        for entry in entries:
            _enter(made, entry, kind.value, key)
    for role, entries in coercion.phrases().items():
        for entry in entries:
            _enter(made, entry, role.value << KIND_BITS, key)
    return made


def _enter(made: Lexicon, phrase: str, bits: int, key: int) -> None:
    """Note a phrase and what it stands for."""
    value, last, n = phrase_hash(phrase, key, made)
    if not 1 <= n <= MAX_PHRASE_WORDS:
        raise ValueError(f"a phrase of {n} words cannot be matched: {phrase!r}")
    mark_ending(made, np.uint64(last), n)
    slot = int(value) & (LEXICON_SLOTS - 1)
    while made.keys[slot] not in (0, value):
        slot = (slot + 1) & (LEXICON_SLOTS - 1)
    made.keys[slot] = value
    made.bits[slot] |= bits

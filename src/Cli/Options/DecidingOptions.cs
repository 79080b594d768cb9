namespace MuSc.Cli;

/// <summary>How scores become decisions.</summary>
internal sealed class DecidingOptions
{
    public Option<double?> Threshold { get; } = NewOption.Of<double?>(
        "--threshold", "score", "Images with this score or more are anomalous [default: found from the scores]");

    public Option<FlagShare?> Flag { get; } = NewOption.Of(
        "--flag", "n|p%", "How many images are anomalous, instead of a threshold: a count such as 12, or a share such as 5%.", OptionParsers.Share);

    public Option<double> Sensitivity { get; } = NewOption.Of(
        "--sensitivity", "s", "0.25 to 4; larger flags more images.", byDefault: 1.0);

    public Option<Expectation> Expect { get; } = NewOption.Of<Expectation>(
        "--expect", "unknown|few|many",
        "What you know of how many images are defective: few (a few per cent), many (a fifth or more) or unknown. Helps where the scores alone do not separate.");

    public Option<DecidingScore> By { get; } = NewOption.Of<DecidingScore>(
        "--decide", "peak|final", "Which score decides: peak (the highest in the anomaly map, before RsCIN) or final (after it).");

    public Option<double> MaskTop { get; } = NewOption.Of(
        "--mask-top", "q", "A mask holds no pixel below this share of its image's highest score; 0 for larger masks.", byDefault: 0.75);

    public Option<MaskMethod> Mask { get; } = NewOption.Of<MaskMethod>(
        "--mask", "split|mebin", "How masks are made: split (by the set's threshold) or mebin (image by image, for comparison).");

    public IEnumerable<Option> All => [Threshold, Flag, Sensitivity, Expect, By, MaskTop, Mask];

    public DecisionOptions Read(ParseResult parsed) => new()
    {
        Threshold = parsed.GetValue(Threshold),
        Flag = parsed.GetValue(Flag),
        Sensitivity = parsed.GetValue(Sensitivity),
        Expect = parsed.GetValue(Expect),
        DecideBy = parsed.GetValue(By),
        MaskTop = parsed.GetValue(MaskTop),
        Mask = parsed.GetValue(Mask),
    };
}

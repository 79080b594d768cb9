using MuSc.Engine.Inputs;

namespace MuSc.Engine.Results;

/// <summary>What a report is about, for people: the last two parts of the images' common folder, or the tokens' file.</summary>
internal static class ReportTitle
{
    public static string Of(ScoringJobSpec spec)
    {
        if (spec.TokensFile is { } tokens)
        {
            return LastTwo(Path.GetFullPath(tokens));
        }

        string common = ImageRoot.CommonFolder(spec.Images.Select(image => Path.GetDirectoryName(Path.GetFullPath(image.Path)) ?? ""));
        return common.Length > 0 ? LastTwo(common) : "Images";
    }

    private static string LastTwo(string path)
    {
        string[] parts = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? "Images" : string.Join('/', parts.TakeLast(2));
    }
}

/// <summary>The tables of a report: what was set, and on what it ran.</summary>
internal static class ReportFacts
{
    public static IReadOnlyList<(string Name, string Value)> Settings(ScoredImages scored)
    {
        ScoringJobSpec spec = scored.Spec;
        List<(string Name, string Value)> facts = [];
        if (spec.TokensFile is { } tokens)
        {
            facts.Add(new("Tokens", Path.GetFileName(tokens)));
            facts.Add(new("Class tokens", spec.ClassTokensFile is { } file ? Path.GetFileName(file) : "none"));
        }
        else
        {
            facts.Add(new("Backbone", scored.Facts.Backbone?.Name ?? spec.Backbone));
        }

        facts.Add(new("Size", $"{scored.Size} pixels, {scored.Grid} × {scored.Grid} patches"));
        facts.Add(new("Stages", spec.Stages is { } stages ? List(stages) : "all"));
        facts.Add(new("Neighbourhoods", List(spec.Degrees)));
        facts.Add(spec.Mode == ScoringMode.References
            ? new("Scored by", "the references alone")
            : new("Interval", $"{spec.Interval.ToString().Replace(",", " to ", StringComparison.Ordinal)}, {spec.Reduction.ToString().ToLowerInvariant()}"));
        facts.Add(new("References", spec.References.Count + spec.TokenReferences is > 0 and int count ? $"{count}" : "none"));
        facts.Add(new("RsCIN windows", spec.Windows.Count > 0 ? List(spec.Windows) : "none"));
        if (spec.Subsets > 1)
        {
            facts.Add(new("Subsets", $"{spec.Subsets}, seed {spec.Seed}"));
        }

        return facts;
    }

    public static IReadOnlyList<(string Name, string Value)> Machine(ScoredImages scored)
    {
        List<(string Name, string Value)> facts =
        [
            new("musc", RunFileWriter.Version.Split('+')[0]),
            new("Runtime", RuntimeInformation.FrameworkDescription),
            new("System", RuntimeInformation.OSDescription),
            new("Processors", $"{Environment.ProcessorCount} ({RuntimeInformation.ProcessArchitecture}), {scored.Spec.Threads} used"),
        ];
        if (scored.Facts.Profile is { } profile)
        {
            facts.Add(new("Device", scored.Spec.Device));
            facts.Add(new("Numeric profile", profile));
        }

        return facts;
    }

    public static IReadOnlyList<(string Name, TimeSpan Time)> Phases(ScoredImages scored) =>
        [.. scored.PhaseTimes().OrderBy(entry => entry.Key).Select(entry => (Name(entry.Key), entry.Value))];

    private static string Name(JobPhase phase) => phase switch
    {
        JobPhase.Check => "Check of the files",
        JobPhase.Extract => "Tokens",
        JobPhase.Score => "Scores",
        _ => "Results",
    };

    private static string List(IEnumerable<int> numbers) => string.Join(", ", numbers);
}

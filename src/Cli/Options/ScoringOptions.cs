using MuSc.Engine.Inputs;

namespace MuSc.Cli;

/// <summary>Everything that makes a scoring job, for the commands that score or plan one.</summary>
internal sealed class ScoringOptions
{
    public ImageOptions Images { get; } = new();

    public Option<string?> Tokens { get; } = new("--tokens")
    {
        Description = "Score an array of tokens [stages × N × (1+P) × C] rather than images: what 'musc extract' or another program wrote.",
        HelpName = "file.npy",
    };

    public Option<string?> ClassTokens { get; } = new("--class-tokens")
    {
        Description = "Class tokens [N × D] that go with --tokens; without them scores are not rescored.",
        HelpName = "file.npy",
    };

    public Option<string?> Names { get; } = new("--names")
    {
        Description = "Names of the images of --tokens, one a line, references included [default: row numbers]",
        HelpName = "file.txt",
    };

    public Option<int> TokenReferences { get; } = new("--token-references")
    {
        Description = "How many images at the end of --tokens are references.",
        HelpName = "n",
    };

    public BackboneOptions Backbone { get; } = new();

    public MethodOptions Method { get; } = new();

    public ResourceOptions Resources { get; } = new();

    public void AddTo(Command command)
    {
        Images.AddTo(command);
        command.Options.Add(Tokens);
        command.Options.Add(ClassTokens);
        command.Options.Add(Names);
        command.Options.Add(TokenReferences);
        Backbone.AddTo(command);
        Method.AddTo(command);
        Resources.AddTo(command);
    }

    /// <summary>The job that the command line describes.</summary>
    /// <exception cref="JobException">An image was not found.</exception>
    public ScoringJobSpec Read(ParseResult parsed, OutputOptions output)
    {
        bool named = parsed.GetValue(Images.Inputs) is { Length: > 0 };
        return Read(parsed, parsed.GetValue(Tokens) is not null && !named ? [] : Images.Resolve(parsed), output);
    }

    /// <summary>The job that the command line describes, over some images.</summary>
    public ScoringJobSpec Read(ParseResult parsed, IReadOnlyList<ImageFile> images, OutputOptions output)
    {
        IReadOnlyList<ImageFile> references = parsed.GetValue(Method.References) is { Length: > 0 } known
            ? ImageSetResolver.Resolve(known, parsed.GetValue(Images.Recursive))
            : [];
        ScoringJobSpec defaults = new() { Output = output };
        return defaults with
        {
            Images = images,
            References = references,
            TokensFile = parsed.GetValue(Tokens),
            ClassTokensFile = parsed.GetValue(ClassTokens),
            TokenNames = parsed.GetValue(Names) is { } names ? ReadNames(names) : null,
            TokenReferences = parsed.GetValue(TokenReferences),
            ApplyExif = parsed.GetValue(Images.Exif),
            SkipBad = parsed.GetValue(Images.SkipBad),
            Backbone = parsed.GetValue(Backbone.Name)!,
            Size = parsed.GetValue(Backbone.Size),
            Stages = parsed.Given(Backbone.Stages),
            Device = parsed.GetValue(Backbone.Device)!,
            Threads = parsed.GetValue(Backbone.Threads) ?? defaults.Threads,
            Batch = parsed.GetValue(Backbone.Batch),
            Mode = parsed.GetValue(Method.Mode),
            Degrees = parsed.Given(Method.Degrees) ?? defaults.Degrees,
            Interval = parsed.Given(Method.Interval) ?? defaults.Interval,
            Reduction = parsed.GetValue(Method.Reduce),
            Windows = parsed.Given(Method.Windows) ?? defaults.Windows,
            Subsets = parsed.GetValue(Method.Subsets),
            Seed = parsed.GetValue(Method.Seed),
            MemoryBytes = parsed.GetValue(Resources.Memory),
            Scratch = parsed.GetValue(Resources.Scratch),
            Resume = parsed.GetValue(Resources.Resume),
            BlockImages = parsed.GetValue(Resources.Block),
        };
    }

    private static string[] ReadNames(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JobException(JobErrorKind.Input, $"{file}: the names cannot be read: {error.Message}", error);
        }
    }
}

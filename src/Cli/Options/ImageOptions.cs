using MuSc.Engine.Inputs;

namespace MuSc.Cli;

/// <summary>Which images, and how their files are read.</summary>
internal sealed class ImageOptions
{
    public Argument<string[]> Inputs { get; } = new("images")
    {
        Description = "Image files, folders, patterns such as 'shots/**/*.png', or lists of files (.txt, .csv).",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public Option<bool> Recursive { get; } = new("--recursive", "-r") { Description = "Search folders with all their subfolders." };

    public Option<bool> Exif { get; } = new("--exif") { Description = "Turn images as their EXIF orientation says; by default they are taken as stored." };

    public Option<bool> SkipBad { get; } = new("--skip-bad") { Description = "Leave out files that cannot be read and list them in the results, rather than stopping before any work." };

    public void AddTo(Command command)
    {
        Inputs.Validators.Add(OptionParsers.NoOptions);
        command.Arguments.Add(Inputs);
        command.Options.Add(Recursive);
        command.Options.Add(Exif);
        command.Options.Add(SkipBad);
    }

    /// <summary>The images that were named.</summary>
    public IReadOnlyList<ImageFile> Resolve(ParseResult parsed) =>
        ImageSetResolver.Resolve(parsed.GetValue(Inputs) ?? [], parsed.GetValue(Recursive));
}

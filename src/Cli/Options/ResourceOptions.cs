namespace MuSc.Cli;

/// <summary>Memory and scratch space of a job; none of them changes a result.</summary>
internal sealed class ResourceOptions
{
    public Option<long?> Memory { get; } = new("--memory")
    {
        Description = "Peak memory to stay below, such as 1500M or 2G [default: most of what is free]",
        HelpName = "bytes",
        CustomParser = OptionParsers.Bytes,
    };

    public Option<string?> Scratch { get; } = new("--scratch")
    {
        Description = "Folder for intermediate files [default: hidden, beside the results]",
        HelpName = "dir",
    };

    public Option<bool> Resume { get; } = new("--resume") { Description = "Go on from what an interrupted run left in the scratch folder." };

    public Option<int?> Block { get; } = new("--block") { Description = "Images in a block [default: as memory allows]", HelpName = "n" };

    public void AddTo(Command command)
    {
        command.Options.Add(Memory);
        command.Options.Add(Scratch);
        command.Options.Add(Resume);
        command.Options.Add(Block);
    }
}

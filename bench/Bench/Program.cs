using System.Globalization;
using MuSc.Bench;

return args switch
{
    ["pruning", string tokens, .. string[] rest] => PruningTable.Run(tokens, rest is [string images] ? int.Parse(images, CultureInfo.InvariantCulture) : 19),
    ["images", string folder, .. string[] rest] => ImageTimes.Run(folder, rest is [string backbone] ? backbone : "compact"),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("pruning <tokens.npy> [images]");
    Console.Error.WriteLine("images <folder> [backbone]");
    return 2;
}
